"""Served demo community with a bearer token for every member."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from community.core.db import Database
from community.core.settings import load_settings
from tests.support.service import Api, Client, Service


@dataclass
class DemoServer:
    """The service, its people by place (the first is the coordinator), and the database that it stands on."""

    service: Service
    tokens: list[str]
    ids: list[str]
    database: Database

    @property
    def kind(self) -> str:
        """Which database it stands on, for figures."""
        return "postgresql" if "DATABASE_URL" in self.service.env else "sqlite"

    def api(self, place: int) -> Api:
        """The API as the person at a place."""
        return self.service.api(self.tokens[place])

    def socket(self, place: int) -> Client:
        """A socket of the person at a place."""
        return self.service.socket(self.tokens[place])


@contextmanager
def serve_demo(folder: Path, *, members: int, web: int = 2, workers: int = 1, **env: str) -> Iterator[DemoServer]:
    """Load the demo, serve it, and stop with the block."""
    service = Service(folder, web=web, workers=workers, **env)
    service.load_demo("--members", str(members), "--tokens", str(folder / "tokens.csv"))
    with (folder / "tokens.csv").open() as lines:
        rows = list(csv.reader(lines))
    with service:
        database = Database(load_settings(service.env).database_url)
        try:
            yield DemoServer(service, [row[2] for row in rows], [row[1] for row in rows], database)
        finally:
            database.dispose()
