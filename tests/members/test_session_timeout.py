"""A session idles out although a page that is open asks by itself for what is new."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from community.core.unit_of_work import UnitOfWorkFactory
from community.core.web.request_context import BACKGROUND
from community.members.models import Session
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


def test_requests_that_a_reach_out_page_polls_are_marked() -> None:
    """C: each request of the page that polls, and the one that looks whether the session holds."""
    for name, requests in (("lib/background.ts", 2), ("lib/socket.ts", 1)):
        text = (SOURCES / name).read_text()
        assert text.count("fetch(") == text.count(f'"{BACKGROUND}": "1"') == requests
