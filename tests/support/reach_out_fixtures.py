"""Fixtures of reach-outs: requests for help, availability, shifts and responders' messages."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from community.core.errors import AppError
from community.core.ids import new_id
from community.core.settings import Settings
from community.core.unit_of_work import Actor, UnitOfWork, UnitOfWorkFactory
from community.members.models import Shift
from community.notifications.queries import inbox
from community.reach_outs.actions import reach_outs
from community.reach_outs.models import ReachOut
from community.reach_outs.queries import reach_outs as reach_outs_queries
from community.reach_outs.queries.reach_outs import ReachOutView
from community.rooms.engine import message_batch
from community.rooms.engine.message_batch import PostRequest
from tests.conftest import Act
from tests.support.run_worker import run_until_idle

AskForHelp = Callable[..., UUID]
PostMessage = Callable[..., None]


@pytest.fixture
def ask_for_help(act: Act) -> AskForHelp:
    """`asks(cast.ben)`: somebody asks for a person; the reach-out's id."""
    return lambda actor, note="": act(actor, reach_outs.request_help, note=note)[0].id


@pytest.fixture
def offer_help(act: Act) -> Callable[..., Any]:
    """`free(cast.cleo)`: somebody is free for others for some hours."""

    def be(actor: Actor, hours: float = 8, **more: Any) -> Any:
        return act(actor, reach_outs.set_availability, until=act.now + timedelta(hours=hours), **more)

    return be


@pytest.fixture
def on_shift(act: Act) -> Callable[..., UUID]:
    """`on_shift(cast.ada)`: a coordinator is on shift from now on; the shift's id."""

    def be(actor: Actor, hours: float = 8, starts_in: float = 0) -> UUID:
        def plan(uow: UnitOfWork) -> UUID:
            starts_at = uow.now + timedelta(hours=starts_in)
            row = Shift(
                id=new_id(),
                member_id=actor.id,
                starts_at=starts_at,
                ends_at=starts_at + timedelta(hours=hours),
                time_zone="America/New_York",
                series_id=new_id(),
                created_by=actor.id,
                created_at=uow.now,
            )
            uow.session.add(row)
            return row.id

        return act(actor, plan)

    return be


@pytest.fixture
def post_message(act: Act, store: UnitOfWorkFactory, settings: Settings) -> PostMessage:
    """`writes(cast.cleo, mine)`: a responder writes a line in the room of a reach-out, and workers see it."""

    def write(actor: Actor, reach_out_id: UUID, body: str = "Hello.") -> None:
        room_id = act.read(None, lambda ctx: ctx.session.get_one(ReachOut, reach_out_id).room_id)
        posted = PostRequest(actor, room_id, str(uuid4()), body)
        act(None, message_batch.write_batch, batch=[posted])
        if isinstance(posted.answer, AppError):
            raise posted.answer
        run_until_idle(store, settings, now=act.now)

    return write


def view_of(act: Act, actor: Actor, reach_out_id: UUID) -> ReachOutView:
    """Return a reach-out as a member sees it now."""
    return act.read(actor, reach_outs_queries.reach_out, reach_out_id=reach_out_id)


def step_states(view: ReachOutView) -> dict[str, str]:
    """Return the state of each step by its kind."""
    return {step.kind: step.state for step in view.steps}


def count_notifications(act: Act, actor: Actor, kind: str) -> int:
    """Return how many notifications of a kind a member has."""
    return sum(view.kind == kind for view in act.read(actor, inbox.notifications, cursor=None, limit=200).items)
