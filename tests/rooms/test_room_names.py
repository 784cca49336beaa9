"""Rooms of one name, which their members can tell apart in a list."""

from collections.abc import Callable
from typing import Any

from community.members.models import Cohort
from community.rooms.actions import create
from community.rooms.queries.rooms import RoomView
from tests.conftest import Act
from tests.factories import Cast
from tests.pages import page_text


def test_ben_tells_three_rooms_of_one_name_apart(act: Act, cast: Cast, page: Callable[..., Any]) -> None:
    act(None, lambda uow: uow.session.add(Cohort(name="Autumn", created_at=uow.now)))
    cohort = act.read(None, lambda ctx: ctx.session.query(Cohort).one().id)

    def opened(kind: str, name: str, **more: Any) -> RoomView:
        return act(cast.ada, create.create_room, kind=kind, name=name, topic="", members=[cast.ben.id], **more)

    opened("private", "Evenings")
    assert "since" not in page_text(page(cast.ben), "/rooms")
    opened("open", "evenings")
    opened("cohort", "Evenings", cohort_id=cohort)
    opened("open", "Mornings")
    text = page_text(page(cast.ben), "/rooms")
    day = act.now.strftime("%a, %b %-d")
    for kind in ("Private", "Open to all", "Autumn"):
        assert text.count(f"{kind} · since {day}") == 1, kind
    assert text.count("since") == 3
