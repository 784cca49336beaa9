"""A real service with the demo in it, for sockets."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.service import Api, Client, Service


@dataclass
class RoomServer:
    """A served demo: bearer tokens by place, the first is the coordinator's."""

    service: Service
    tokens: list[str]
    ids: list[str]

    def api(self, place: int) -> Api:
        """The API as the person at a place."""
        return self.service.api(self.tokens[place])

    def socket(self, place: int) -> Client:
        """A socket of the person at a place."""
        return self.service.socket(self.tokens[place])

    def room(self, *members: int) -> str:
        """A fresh open room with these people in it, besides the coordinator."""
        made: dict[str, Any] = self.api(0)("POST", "/rooms", {"name": "A room"}).json()
        for place in members:
            assert self.api(place)("PUT", f"/rooms/{made['id']}/membership").status_code == 204
        return str(made["id"])


def make_server(folder: Path, **options: Any) -> Iterator[RoomServer]:
    """Serve, load the demo, hand it over, stop."""
    service = Service(folder, **options)
    service.load_demo("--members", "12", "--tokens", str(folder / "tokens.csv"))
    rows = list(csv.reader((folder / "tokens.csv").open()))
    with service:
        yield RoomServer(service, [row[2] for row in rows], [row[1] for row in rows])


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RoomServer]:
    """Two web processes and a worker, on each database."""
    folder = tmp_path_factory.mktemp("server")
    env: dict[str, Any] = {"COMMUNITY_SEND_LIMIT": "off"}
    if request.param == "postgresql":
        env["DATABASE_URL"] = request.getfixturevalue("postgres").create_database(f"server_{folder.name[-1]}")
    yield from make_server(folder, web=2, **env)
