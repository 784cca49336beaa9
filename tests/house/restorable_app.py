"""Application for the permission tests: requests as each role, and a database that is restored after each change."""

import re
import shutil
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Column, Table, select

from community.app import create_app
from community.core.db import Base
from community.core.pubsub import PubSub
from community.core.settings import load_settings
from community.core.unit_of_work import UnitOfWorkFactory
from community.core.web.request_context import csrf_token_for
from tests.house.permission_fixtures import World
from tests.house.permissions import ROLES, TABLE, Row
from tests.support.clock import ManualClock
from tests.support.no_fsync import no_fsync_database

SECRET = "a-secret-for-tests-that-is-long-enough-0123456789"


class RestorableApp:
    """An application over one of everything, whose database is restored after each change."""

    def __init__(self, folder: Path, template: Path, **env: str) -> None:
        self._file = folder / "community.sqlite3"
        self._snapshot = folder / "kept.sqlite3"
        shutil.copy(template, self._file)
        self._database = no_fsync_database(f"sqlite:///{self._file}")
        self._store = UnitOfWorkFactory(self._database, PubSub(None), secrets=(SECRET,), clock=ManualClock())
        self.world = World(self._store, secret=SECRET)
        self._database.dispose()
        shutil.copy(self._file, self._snapshot)
        settings = load_settings(
            {
                "COMMUNITY_DATA_DIR": str(folder / "var"),
                "DATABASE_URL": f"sqlite:///{self._file}",
                "SECRET_KEY": SECRET,
                "COMMUNITY_SEND_LIMIT": "off",
                **env,
            }
        )
        self.app: Flask = create_app(settings, self._store)
        self._answers: dict[tuple[int, str], Any] = {}
        self._changed_tables: list[str] | None = None

    def restore(self) -> None:
        """Undo the changes of the last request. A write is seen by the size of SQLite's log beside the file."""
        log = self._file.with_name(self._file.name + "-wal")
        if not log.exists() or not log.stat().st_size:
            return
        self._database.dispose()
        shutil.copy(self._snapshot, self._file)

    def response(self, row: Row, role: str) -> Any:
        """Return the response to a role in an unchanged world, from memory after the first time.

        Reads change nothing, which a test checks, and share one world.
        """
        if row.method == "GET":
            self.tables_changed_by_reads()
        elif (id(row), role) not in self._answers:
            self.restore()
            self._remember(row, role)
        return self._answers[id(row), role]

    def tables_changed_by_reads(self) -> list[str]:
        """Send every GET of the table as every role, and return the tables that changed."""
        if self._changed_tables is None:
            self.restore()
            before = self.checksum()
            for row in TABLE:
                if row.method == "GET":
                    for role in ROLES:
                        self._remember(row, role)
                    self.app.test_client().head(row.address.format(**self.world.objects))
            after = self.checksum()
            self._changed_tables = [name for name in before if before[name] != after[name]]
        return self._changed_tables

    def _remember(self, row: Row, role: str) -> None:
        self._answers[id(row), role] = self.request(row, role)
        self._answers[id(row), role].get_data()

    def request(self, row: Row, role: str, *, address: str = "", token: bool = True) -> Any:
        """Send a row's request as a role: to the API with a bearer token, to pages with a cookie and its CSRF token."""
        address = (address or row.address).format(**self.world.objects)
        body = self._filled(row.body)
        client = self.app.test_client()
        if row.rule.startswith("/api/"):
            headers = {"Authorization": f"Bearer {self.world.tokens[role]}"} if role != "out" else {}
            return client.open(address, method=row.method, json=body, headers=headers)
        form = dict(body or {})
        if role != "out":
            client.set_cookie("session", self.world.tokens[role], domain="localhost")
            if token:
                with self.app.test_request_context():
                    form["csrf_token"] = csrf_token_for(self.world.tokens[role])
        return client.open(address, method=row.method, data=form if row.method != "GET" else None)

    def checksum(self) -> dict[str, Any]:
        """Return the rows of every table, without the audit log and the times at which sessions were last used."""
        with self._database.engine.connect() as connection:
            rows = {
                table.name: connection.execute(select(*_all_but(table, "last_used_at"))).all()
                for table in Base.metadata.sorted_tables
                if table.name != "audit_entries"
            }
        return {name: sorted(map(str, found)) for name, found in rows.items()}

    def _filled(self, body: Any) -> Any:
        if isinstance(body, str):
            return re.sub(r"{(\w+)}", lambda found: self.world.objects[found[1]], body)
        if isinstance(body, dict):
            return {key: self._filled(value) for key, value in body.items()}
        return [self._filled(one) for one in body] if isinstance(body, list) else body


def _all_but(table: Table, left_out: str) -> list[Column[Any]]:
    return [column for column in table.columns if column.name != left_out]
