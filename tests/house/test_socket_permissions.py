"""The permission matrix of the socket: every event as every role, over real sockets."""

import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import socketio

from community.app import create_app
from community.core.crypto.cipher import new_token
from community.core.db import Database
from community.core.permissions import Role
from community.core.pubsub import PubSub
from community.core.settings import load_settings
from community.core.unit_of_work import UnitOfWorkFactory
from community.members.models import Shift
from tests.factories import make_member
from tests.house.permission_fixtures import World
from tests.house.permissions import ROLES, SOCKETS, SocketRow
from tests.support.service import Client, Service
from tests.support.waiting import until

SECRET = "a-secret-for-tests-that-is-long-enough-0123456789"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> Iterator[tuple[Service, World]]:
    """One of everything, behind a real server."""
    folder = tmp_path_factory.mktemp("served")
    file = folder / "world.sqlite3"
    shutil.copy(migrated_sqlite, file)
    database = Database(f"sqlite:///{file}")
    store = UnitOfWorkFactory(database, PubSub(None), secrets=(SECRET,))
    world = World(store, secret=SECRET)
    with store.unit_of_work(world.cast.ada) as uow:  # somebody is there: what is asked here is who may, not how often
        there = Shift(member_id=uow.actor.id, created_by=uow.actor.id, created_at=uow.now, time_zone="UTC")
        there.starts_at, there.ends_at, there.series_id = uow.now, uow.now + timedelta(days=1), uuid4()
        uow.session.add(there)
    database.dispose()
    with Service(folder, DATABASE_URL=f"sqlite:///{file}", SECRET_KEY=SECRET) as service:
        yield service, world


def test_every_role_is_acknowledged_as_the_table_says(served: tuple[Service, World]) -> None:  # S10
    service, world = served
    for place, role in enumerate(ROLES):
        wanted = [row.answers.split()[place] for row in SOCKETS]
        if role == "out":
            assert set(wanted) == {"refused"}
            with pytest.raises(socketio.exceptions.ConnectionError):
                Client(service.url, "no such token")
            continue
        with Client(service.url, world.tokens[role]) as socket:
            assert [code(socket.ask(row.event, filled(world, row))) for row in SOCKETS] == wanted


def test_rooms_of_others_are_acknowledged_as_rooms_that_are_not_there(served: tuple[Service, World]) -> None:
    service, world = served
    with Client(service.url, world.tokens["other"]) as socket:
        for row in SOCKETS:
            if "not_found" not in row.answers:
                continue
            payload = filled(world, row)
            assert socket.ask(row.event, payload) == socket.ask(row.event, {**payload, "room_id": str(uuid4())})


def test_a_role_that_changes_closes_bens_socket_at_once(served: tuple[Service, World]) -> None:
    """S8: Root makes Ben a moderator; within a second his socket is closed, and his token opens nothing."""
    service, world = served
    with Client(service.url, world.tokens["own"]) as ben:
        changed = service.api(world.tokens["admin"])("PATCH", f"/members/{world.cast.ben.id}", {"role": "moderator"})
        assert (changed.status_code, changed.json()["role"]) == (200, "moderator")
        until(lambda: not ben.sio.connected, within=1.5, what="the socket to close")
        assert ben.of("session.ended") == [{"code": "session_ended"}]
    assert service.api(world.tokens["own"])("GET", "/me").status_code == 401


def test_an_auditor_gets_no_socket(served: tuple[Service, World]) -> None:
    """S13: an auditor is a stranger to rooms."""
    service, world = served
    with world._store.unit_of_work() as uow:
        otis = make_member(uow, "Otis", Role.AUDITOR)
        token = new_token()
        uow.session.add(world._session(otis, token))
    assert service.api(token)("GET", "/me").json()["role"] == "auditor"
    assert service.api(token)("GET", "/rooms").status_code == 403
    with pytest.raises(socketio.exceptions.ConnectionError):
        Client(service.url, token)


def test_every_event_stands_in_the_table(tmp_path: Path) -> None:
    app = create_app(load_settings({"COMMUNITY_DATA_DIR": str(tmp_path)}))
    assert set(app.extensions["community_live"].events) == {row.event for row in SOCKETS}


def code(acknowledged: Any) -> str:
    """`ok` or the code of the refusal."""
    return "ok" if acknowledged["ok"] else str(acknowledged["error"]["code"])


def filled(world: World, row: SocketRow) -> dict[str, Any]:
    """The payload with the objects of its names."""
    return {
        key: re.sub(r"{(\w+)}", lambda found: world.objects[found[1]], value) if isinstance(value, str) else value
        for key, value in row.payload.items()
    }
