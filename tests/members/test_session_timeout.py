"""A session idles out although a page that is open asks by itself for what is new."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from community.core.unit_of_work import Actor, UnitOfWorkFactory
from community.core.web.request_context import BACKGROUND, Services
from community.members.models import Session
from community.rooms.actions.create import create_room
from community.rooms.engine.message_writer import MessageWriter
from tests.conftest import Act
from tests.factories import Cast

SOURCES = Path(__file__).resolve().parents[2] / "community" / "static" / "src"


@pytest.mark.parametrize(("headers", "counts"), [({BACKGROUND: "1"}, False), ({}, True)])
def test_adas_open_page_does_not_keep_her_signed_in(
    cast: Cast, api: Any, store: UnitOfWorkFactory, headers: dict[str, str], counts: bool
) -> None:
    """C: a reach-out's page polls every three seconds, so the idle time of staff never passed."""
    ada = api(cast.ada)
    before = store.clock() - timedelta(minutes=20)
    with store.unit_of_work() as uow:
        uow.session.execute(update(Session).values(last_used_at=before))
    assert ada.get("/me", headers=headers).status_code == 200
    with store.read_context() as ctx:
        [used_at] = ctx.session.scalars(select(Session.last_used_at))
    assert (used_at > before) is counts


def test_a_page_that_connects_again_does_not_keep_ada_signed_in(app: Flask, cast: Cast, api: Any, act: Act) -> None:
    """S7: a socket connects by itself, and again after each interruption; a message that Ada posts over it counts."""
    web: Services = app.extensions["community"]
    room = act(cast.ada, create_room, kind="private", name="Stairs", members=[cast.ben.id]).id
    token = api(cast.ada).token
    act.later(minutes=20)
    ada = web.identify_all(web.store, [token])[token]
    assert _used_at(web.store, ada) == act.now - timedelta(minutes=20)
    MessageWriter(web.store).post(ada, room_id=room, client_msg_id="one", body="The kettle is on.")
    assert _used_at(web.store, ada) == act.now


def _used_at(store: UnitOfWorkFactory, actor: Actor) -> datetime:
    with store.read_context() as ctx:
        return ctx.session.get_one(Session, actor.session_id).last_used_at


def test_requests_that_a_page_makes_by_itself_are_marked() -> None:
    """S7: what a page polls or asks because a frame came, and the request that looks whether the session holds."""
    for name, requests in (("lib/background.ts", 3), ("lib/socket.ts", 2)):
        text = (SOURCES / name).read_text()
        assert text.count("fetch(") == text.count(f'"{BACKGROUND}": "1"') == requests
    for name in ("modules/unread_badge.ts", "modules/unread_rooms.ts", "room/pins.ts"):
        assert "send(" not in (SOURCES / name).read_text(), name
