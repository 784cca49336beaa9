"""Random answers, offers, seats, moves and time against a simple model of one date: no difference, ever."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from community.core.errors import AppError
from community.core.local_time import to_local
from community.core.pubsub import PubSub
from community.core.unit_of_work import Actor, UnitOfWorkFactory
from community.meetups.actions import create, edit_occurrence, rsvps
from community.meetups.models import Occurrence, Rsvp
from community.meetups.rules.capacity import needs_new_rsvp
from tests.conftest import NOON
from tests.factories import make_cast, make_member
from tests.support.clock import ManualClock
from tests.support.no_fsync import no_fsync_database
from tests.support.proof_output import print_figure

PEOPLE = 6
ZONE = "America/New_York"
DAY, HALF_HOUR, LASTS = timedelta(days=1), timedelta(minutes=30), timedelta(hours=1)


@dataclass
class Answer:
    """What the model knows of one member's answer."""

    state: str = "cancelled"
    place: int | None = None
    expires: datetime | None = None
    passed_over: bool = False
    asked: bool = False


@dataclass
class Model:
    """One date as a page of rules, with lists instead of a database."""

    starts: datetime
    capacity: int | None
    now: datetime = NOON
    is_on: bool = True
    last_place: int = 0
    answers: list[Answer] = field(default_factory=lambda: [Answer() for _ in range(PEOPLE)])

    @property
    def is_open(self) -> bool:
        return self.is_on and self.now < self.starts

    @property
    def may_change(self) -> bool:
        """Its host may still change it while it goes on."""
        return self.is_on and self.now < self.starts + LASTS

    def count(self, *states: str) -> int:
        return sum(one.state in states for one in self.answers)

    @property
    def free(self) -> int:
        return 99 if self.capacity is None else self.capacity - self.count("going", "offered")

    def put(self, one: Answer, state: str) -> None:
        """Another state; a place in line is given up for it."""
        one.state, one.place, one.expires, one.passed_over, one.asked = state, None, None, False, False
        if state == "waitlisted":
            self.last_place += 1
            one.place = self.last_place

    def fill(self) -> None:
        """Give or offer what is free to who waits longest."""
        left = self.starts - self.now
        if not self.is_open or (left <= HALF_HOUR and self.capacity is not None):
            return
        is_given = left >= DAY or self.capacity is None
        line = [one for one in self.answers if one.state == "waitlisted" and (is_given or not one.passed_over)]
        for one in sorted(line, key=lambda one: one.place or 0)[: self.free]:
            if is_given:
                self.put(one, "going")
            else:
                one.state, one.expires = "offered", self.now + min(timedelta(hours=2), left / 2)

    def settle(self) -> None:
        """What was offered too long ago goes on."""
        lapsed = [one for one in self.answers if one.expires and one.expires <= self.now]
        for one in lapsed if self.is_open else []:
            one.state, one.expires, one.passed_over = "waitlisted", None, True
        if lapsed:
            self.fill()

    def say(self, one: Answer, answer: str) -> str:
        """Somebody answers; the state they are in then, or `refused`."""
        if not self.is_open:
            return "refused"
        self.settle()
        before, had_place = one.state, one.place is not None or one.state == "going"
        state = answer if answer != "going" or before in ("going", "offered") or self.free else "waitlisted"
        one.asked = False
        if state != before:
            self.put(one, state)
            if had_place:
                self.fill()
        return state

    def accept(self, one: Answer) -> str:
        """Somebody takes what is held for them, or what is free in the last half hour."""
        if not self.is_open:
            return "refused"
        self.settle()
        is_last = self.starts - self.now <= HALF_HOUR
        may = one.state in ("going", "offered") or (
            one.state == "waitlisted" and self.free and (is_last or not one.passed_over)
        )
        if not may:
            return "refused"
        if one.state != "going":
            self.put(one, "going")
        return "going"

    def seat(self, capacity: int | None) -> str:
        """The host changes the seats."""
        if not self.may_change:
            return "refused"
        self.settle()
        if capacity is not None and capacity < self.count("going", "offered"):
            return "refused"
        self.capacity = capacity
        self.fill()
        return "done"

    def move(self, hours: int) -> str:
        """The host moves the start."""
        to = self.starts + timedelta(hours=hours)
        if not self.may_change:
            return "refused"
        self.settle()
        if to <= self.now:
            return "refused"
        if hours and needs_new_rsvp(to_local(self.starts, ZONE), to_local(to, ZONE)):
            for one in self.answers:
                one.asked = one.asked or one.state == "going"
        if hours:
            self.starts = to
            self.fill()
        return "done"


@dataclass
class Reality:
    """The same date in the database, acted on by the real actions."""

    store: UnitOfWorkFactory
    host: Actor
    people: list[Actor]
    date: Any
    now: datetime = NOON

    def do(self, actor: Actor, action: Any, **fields: Any) -> Any:
        try:
            with self.store.unit_of_work(actor, now=self.now) as uow:
                return action(uow, occurrence_id=self.date, **fields)
        except AppError:
            return None

    def say(self, person: int, answer: str) -> str:
        return getattr(self.do(self.people[person], rsvps.answer_occurrence, answer=answer), "state", "refused")

    def accept(self, person: int) -> str:
        self.do(self.people[person], rsvps.expire_offers)
        return getattr(self.do(self.people[person], rsvps.accept_offer), "state", "refused")

    def change(self, **changes: Any) -> str:
        return "done" if self.do(self.host, edit_occurrence.change_occurrence, changes=changes) else "refused"

    def seen(self) -> tuple[list[tuple[Any, ...]], tuple[int, int, int]]:
        """Everybody's answer as the model has it, and the date's own counters."""
        with self.store.read_context() as ctx:
            rows = {
                row.member_id: row for row in ctx.session.scalars(select(Rsvp).where(Rsvp.occurrence_id == self.date))
            }
            date = ctx.session.get_one(Occurrence, self.date)
        shown = [
            (
                row.state,
                row.waitlist_seq,
                row.offer_expires_at,
                row.offer_declined_at is not None,
                row.reconfirm_version is not None,
            )
            if (row := rows.get(one.id))
            else ("cancelled", None, None, False, False)
            for one in self.people
        ]
        return shown, (date.going_count, date.held_count, date.waitlist_count)


@pytest.fixture(scope="module")
def stage(
    migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[UnitOfWorkFactory, Actor, list[Actor]]]:
    """A database with a host and people, shared by all examples: each has a date of its own."""
    file = tmp_path_factory.mktemp("model") / "community.sqlite3"
    shutil.copy(migrated_sqlite, file)
    database = no_fsync_database(f"sqlite:///{file}")
    store = UnitOfWorkFactory(database, PubSub(None), clock=ManualClock())
    with store.unit_of_work(now=NOON) as uow:
        host = make_cast(uow).ada
        people = [make_member(uow, f"Walker {number}") for number in range(PEOPLE)]
    yield store, host, people
    database.dispose()


PERSON = st.integers(0, PEOPLE - 1)
STEP = st.one_of(
    st.tuples(st.just("say"), PERSON, st.sampled_from(["going", "going", "going", "maybe", "declined"])),
    st.tuples(st.just("accept"), PERSON),
    st.tuples(st.just("seat"), st.one_of(st.none(), st.integers(1, PEOPLE))),
    st.tuples(st.just("move"), st.sampled_from([-30, -2, 1, 3, 30])),
    st.tuples(st.just("wait"), st.sampled_from([5, 20, 60, 240, 1200])),
)


def follow(stage: tuple[UnitOfWorkFactory, Actor, list[Actor]], capacity: int | None, steps: list[Any]) -> None:
    """Do the same to the model and to the date, and look at both after each step."""
    store, host, people = stage
    starts = datetime(2026, 11, 26, 0, 0, tzinfo=UTC)
    with store.unit_of_work(host, now=NOON) as uow:
        meetup = create.post(
            uow,
            title="Walk",
            description="",
            starts_at_local=to_local(starts, ZONE),
            time_zone=ZONE,
            duration_minutes=60,
            place={"kind": "in_person"},
            capacity=capacity,
        )
        date = uow.session.scalars(select(Occurrence.id).where(Occurrence.meetup_id == meetup.id)).one()
    model, real = Model(starts, capacity), Reality(store, host, people, date)
    for number, (verb, *what) in enumerate(steps):
        if verb == "wait":
            model.now = real.now = model.now + timedelta(minutes=what[0])
            continue
        if verb == "say":
            said = model.say(model.answers[what[0]], what[1]), real.say(*what)
        elif verb == "accept":
            said = model.accept(model.answers[what[0]]), real.accept(what[0])
        elif verb == "seat":
            said = model.seat(what[0]), real.change(capacity=what[0])
        else:
            to = to_local(model.starts + timedelta(hours=what[0]), ZONE)
            said = model.move(what[0]), real.change(starts_at_local=to)
        told = f"step {number}: {verb} {what} at {model.now:%d %H:%M}, start {model.starts:%d %H:%M}"
        assert said[0] == said[1], told
        wanted = [(one.state, one.place, one.expires, one.passed_over, one.asked) for one in model.answers]
        shown, counts = real.seen()
        assert shown == wanted, told
        assert counts == (model.count("going"), model.count("offered"), model.count("waitlisted")), told
        assert model.capacity is None or counts[0] + counts[1] <= model.capacity
        if model.is_open and model.starts - model.now >= DAY:
            assert not (model.free and model.count("waitlisted")), f"a seat is wasted, {told}"


QUIET = settings(deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))


@settings(QUIET, max_examples=10)
@given(capacity=st.one_of(st.none(), st.integers(1, 3)), steps=st.lists(STEP, min_size=50, max_size=50))
def test_a_date_and_its_model_never_differ(stage: Any, capacity: int | None, steps: list[Any]) -> None:  # M2 M5 M6 M7
    follow(stage, capacity, steps)


@pytest.mark.prove
@pytest.mark.timeout(1200)
def test_a_date_and_its_model_never_differ_in_ten_thousand_steps(stage: Any) -> None:  # M2 M5 M6 M7
    walked = 0

    @settings(QUIET, max_examples=100)
    @given(capacity=st.one_of(st.none(), st.integers(1, 3)), steps=st.lists(STEP, min_size=100, max_size=100))
    def run(capacity: int | None, steps: list[Any]) -> None:
        nonlocal walked
        follow(stage, capacity, steps)
        walked += len(steps)

    run()
    print_figure("M2", f"model: {walked:,} random steps on one date each, no difference to the reference model")
