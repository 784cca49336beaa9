"""A meetup to test with: a walk that Ada hosts, once or every week."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from community.core.unit_of_work import Actor
from community.meetups.actions import create, rsvps
from community.meetups.models import Occurrence, Rsvp
from community.meetups.queries import meetups, my_rsvps
from community.meetups.queries.views import MeetupView
from tests.conftest import Act
from tests.factories import make_member
from tests.support.proven_facts import facts_of


def pytest_itemcollected(item: pytest.Item) -> None:
    """`-k M1` chooses the tests whose signature ends in `# M1`."""
    if isinstance(item, pytest.Function):
        item.extra_keyword_matches.update(facts_of(item.function))


@dataclass(frozen=True)
class Walks:
    """Posts walks as Ada, and looks at what became of them."""

    act: Act
    host: Actor

    def post(self, **wanted: Any) -> UUID:
        """A walk on Thursday in three days, at seven in New York; its id."""
        fields = {
            "title": "Walk",
            "description": "",
            "starts_at_local": datetime(2026, 11, 26, 19, 0),
            "time_zone": "America/New_York",
            "duration_minutes": 60,
            "place": {"kind": "in_person", "address": "41 Alder Street"},
        }
        return UUID(str(self.act(self.host, create.post, **{**fields, **wanted}).id))

    def view(self, meetup_id: UUID, actor: Actor | None = None) -> MeetupView:
        """It, as somebody sees it."""
        return self.act.read(actor or self.host, meetups.meetup, meetup_id=meetup_id)

    def dates(self, meetup_id: UUID) -> list[Occurrence]:
        """All its dates in the order of time, as rows."""
        query = select(Occurrence).where(Occurrence.meetup_id == meetup_id).order_by(Occurrence.starts_at)
        return self.act.read(None, lambda ctx: list(ctx.session.scalars(query)))

    def date(self, **wanted: Any) -> UUID:
        """The id of the first date of a new walk."""
        return self.dates(self.post(**wanted))[0].id

    def answer(self, actor: Actor, date: UUID, answer: str = "going") -> str:
        """Somebody answers; the state they are in then."""
        return str(self.act(actor, rsvps.answer_occurrence, occurrence_id=date, answer=answer).state)

    def mine(self, actor: Actor, date: UUID) -> tuple[str, int | None] | None:
        """Somebody's state and place in line."""
        view = self.act.read(actor, my_rsvps.my_rsvp, occurrence_id=date)
        return (view.state, view.waitlist_position) if view else None

    def states(self, date: UUID) -> dict[str, int]:
        """How many answers of each state a date has."""
        rows = self.act.read(
            None, lambda ctx: ctx.session.scalars(select(Rsvp.state).where(Rsvp.occurrence_id == date)).all()
        )
        return {state: rows.count(state) for state in sorted(set(rows))}

    def crowd(self, size: int) -> list[Actor]:
        """Many members."""
        return self.act(None, lambda uow: [make_member(uow, f"Walker {number}") for number in range(size)])


@pytest.fixture
def walks(act: Act, cast: Any) -> Walks:
    """Walks that Ada hosts."""
    return Walks(act, cast.ada)


@pytest.fixture
def run_worker(store: Any, settings: Any) -> Callable[[datetime], None]:
    """Let a worker do all that is due at a moment."""
    from tests.support.run_worker import run_until_idle

    return lambda now: run_until_idle(store, settings, now=now)
