"""The permission matrix: every door is asked by every role, and what is not yours looks as what is not there."""

import re
import shutil
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import Column, Table, select

from community.app import create_app
from community.core.crypto.cipher import FieldCipher, is_sealed
from community.core.crypto.encrypted_columns import encrypted_columns
from community.core.db import Base
from community.core.pubsub import PubSub
from community.core.settings import load_settings
from community.core.unit_of_work import UnitOfWorkFactory
from community.core.web.request_context import csrf_token_for
from tests.house.permission_fixtures import World
from tests.house.permissions import ROLES, TABLE, Row
from tests.support.clock import HandClock
from tests.support.no_fsync import quick

SEALED_IN_THE_WORLD = 5  # of the words there
SECRET = "a-secret-for-tests-that-is-long-enough-0123456789"


class Town:
    """A served world that is as new for every question."""

    def __init__(self, folder: Path, template: Path) -> None:
        self._file = folder / "community.sqlite3"
        self._kept = folder / "kept.sqlite3"
        shutil.copy(template, self._file)
        self._database = quick(f"sqlite:///{self._file}")
        self._store = UnitOfWorkFactory(self._database, PubSub(None), secrets=(SECRET,), clock=HandClock())
        self.world = World(self._store, secret=SECRET)
        self._database.dispose()
        shutil.copy(self._file, self._kept)
        settings = load_settings(
            {
                "COMMUNITY_DATA_DIR": str(folder / "var"),
                "DATABASE_URL": f"sqlite:///{self._file}",
                "SECRET_KEY": SECRET,
                "COMMUNITY_SEND_LIMIT": "off",
            }
        )
        self.app: Flask = create_app(settings, self._store)
        self._answers: dict[tuple[int, str], Any] = {}
        self._changed: list[str] | None = None

    def as_new(self) -> None:
        """Forget whatever the last question changed: whatever is written goes to the log beside the file first."""
        log = self._file.with_name(self._file.name + "-wal")
        if not log.exists() or not log.stat().st_size:
            return
        self._database.dispose()
        shutil.copy(self._kept, self._file)

    def answer(self, row: Row, role: str) -> Any:
        """What somebody is answered in a world that is as new; asked once, however many look at it.

        Looking changes nothing, so that all who look are asked in one world.
        """
        if row.method == "GET":
            self.changed_by_looking()
        elif (id(row), role) not in self._answers:
            self.as_new()
            self._note(row, role)
        return self._answers[id(row), role]

    def changed_by_looking(self) -> list[str]:
        """Everybody looks behind every door of one world; the tables that hold something else then."""
        if self._changed is None:
            self.as_new()
            before = self.checksum()
            for row in TABLE:
                if row.method == "GET":
                    for role in ROLES:
                        self._note(row, role)
                    self.app.test_client().head(row.address.format(**self.world.objects))
            after = self.checksum()
            self._changed = [name for name in before if before[name] != after[name]]
        return self._changed

    def _note(self, row: Row, role: str) -> None:
        self._answers[id(row), role] = self.ask(row, role)
        self._answers[id(row), role].get_data()

    def ask(self, row: Row, role: str, *, address: str = "", token: bool = True) -> Any:
        """Knock at a door as somebody: programs with a bearer token, pages with a cookie and its CSRF token."""
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
        """What every table holds, but for when sessions were last used and what of private words was read."""
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


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> Town:
    """One of everything."""
    return Town(tmp_path_factory.mktemp("town"), migrated_sqlite)


def named(row: Row) -> str:
    return f"{row.method} {row.at or row.rule}"


@pytest.mark.parametrize("row", TABLE, ids=named)
def test_every_role_gets_its_answer(town: Town, row: Row) -> None:  # S13
    assert " ".join(str(town.answer(row, role).status_code) for role in ROLES) == row.answers


@pytest.mark.parametrize("row", [row for row in TABLE if "404" in row.answers and "_id}" in row.address], ids=named)
def test_what_is_not_yours_looks_as_what_is_not_there(town: Town, row: Row) -> None:  # S13
    """The same bytes for somebody else's and for nobody's, but for the words that say which page asked."""
    nowhere = re.sub(r"{\w+_id}", lambda _: str(uuid4()), row.address)
    for role, expected in zip(ROLES, row.answers.split(), strict=True):
        if expected != "404":
            continue
        not_yours = town.answer(row, role)
        town.as_new()
        not_there = town.ask(row, role, address=nowhere)
        assert not_there.status_code == 404
        assert not_yours.data == not_there.data
        assert dict(not_yours.headers) == dict(not_there.headers)


def test_every_door_stands_in_the_table(town: Town) -> None:
    doors = {
        (method, rule.rule)
        for rule in town.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    rows = {row.key for row in TABLE}
    assert doors - rows == set(), "these doors have no row in tests/house/permissions.py"
    assert rows - doors == set(), "these rows have no door"


WRITING_PAGES = [row for row in TABLE if row.method != "GET" and not row.rule.startswith("/api/")]
MEASURE_LINK = "/measures/<uuid:sanction_id>/<token>"
WITHOUT_SESSION = {"/sign-in", "/forgotten", "/reset/<token>", "/join/<token>", "/unsubscribe/<token>", MEASURE_LINK}


@pytest.mark.parametrize("row", WRITING_PAGES, ids=named)
def test_a_form_without_its_token_changes_nothing(town: Town, row: Row) -> None:  # S15
    town.as_new()
    answer = town.ask(row, "admin", token=False)
    if row.rule in WITHOUT_SESSION:
        assert answer.status_code != 403
        return
    assert answer.status_code == 403


# A token in the address is the credential there, and mail programs post it from anywhere (RFC 8058).
FROM_ANYWHERE = {"/unsubscribe/<token>"}


@pytest.mark.parametrize(
    "row", [row for row in TABLE if row.method != "GET" and row.rule not in FROM_ANYWHERE], ids=named
)
def test_no_other_site_can_make_a_browser_write(town: Town, row: Row) -> None:  # S15
    town.as_new()
    address = row.address.format(**town.world.objects)
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ):
        client = town.app.test_client()
        client.set_cookie("session", town.world.tokens["own"], domain="localhost")
        assert client.open(address, method=row.method, headers=headers).status_code == 403


@pytest.mark.parametrize("row", [row for row in TABLE if row.method != "GET" and "/api/" in row.rule], ids=named)
def test_a_cookie_write_to_the_api_carries_the_token(town: Town, row: Row) -> None:  # S15
    town.as_new()
    address = row.address.format(**town.world.objects)
    client = town.app.test_client()
    client.set_cookie("session", town.world.tokens["own"], domain="localhost")
    for headers in ({}, {"X-CSRF-Token": "x"}, {"X-CSRF-Token": "ü" * 64}):
        answer = client.open(address, method=row.method, headers=headers, json={})
        assert (answer.status_code == 403) is (row.key not in EXEMPT)


EXEMPT = {
    ("POST", "/api/v1/session"),
    ("POST", "/api/v1/password-resets"),
    ("PUT", "/api/v1/password-resets/<token>"),
    ("POST", "/api/v1/invitations/accept"),
}


def test_no_door_that_only_looks_changes_anything(town: Town) -> None:  # S15
    assert town.changed_by_looking() == []


@pytest.mark.parametrize("row", TABLE, ids=named)
def test_every_answer_carries_the_strict_headers(town: Town, row: Row) -> None:  # S16, S42
    for role in ("out", "own"):
        found = town.answer(row, role)
        town.as_new()
        for answer in (found, town.ask(row, role, address=row.address + "/nowhere")):
            policy = answer.headers["Content-Security-Policy"]
            assert policy.startswith("default-src 'none'; script-src 'self';")
            assert "unsafe" not in policy
            assert "frame-ancestors 'none'" in policy
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Referrer-Policy"] in ("same-origin", "no-referrer")
            assert answer.headers["X-Frame-Options"] == "DENY"
            if row.rule not in ("/static/<path:filename>", "/sw.js"):  # the same script for everybody
                assert answer.headers["Cache-Control"] == "no-store"


NONSENSE = ("[]", "7", '"x"', "null", "{", '{"a":' * 50_000, "[" * 100_000, "\ufeff{}", '{"email": 1e999}')


@pytest.mark.parametrize("row", [row for row in TABLE if row.method not in ("GET",) and "/api/" in row.rule], ids=named)
def test_nonsense_is_answered_in_words(town: Town, row: Row) -> None:
    address = row.address.format(**town.world.objects)
    headers = {"Authorization": f"Bearer {town.world.tokens['admin']}", "Content-Type": "application/json"}
    for raw in (*(one.encode() for one in NONSENSE), b"\xff\xfe\x00", b'{"email": "\xed\xa0\x80"}', b"\x00" * 1000):
        town.as_new()
        answer = town.app.test_client().open(address, method=row.method, data=raw, headers=headers)
        assert answer.status_code < 500
        if answer.status_code >= 400:
            assert answer.content_type == "application/problem+json"
    too_large = town.app.test_client().open(address, method=row.method, data=b"x" * 300_000, headers=headers)
    assert too_large.status_code in (413, 204, 200, 404, 409, 401, 201)


def test_what_is_sealed_stands_in_sealed_columns_and_opens_there(town: Town) -> None:
    """Keys are turned by the columns' own declarations: one that is missing or wrong would lock its words away."""
    town.as_new()
    cipher, opened = FieldCipher(SECRET), 0
    declared = {str(one): one for one in encrypted_columns()}
    with town._database.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            for row in connection.execute(select(table)).mappings():
                for name, value in row.items():
                    if isinstance(value, str) and is_sealed(value):
                        bound_to = declared[f"{table.name}.{name}"].type.template.format(**row)
                        cipher.decrypt(value, associated_data=bound_to)
                        opened += 1
    assert opened >= SEALED_IN_THE_WORLD
