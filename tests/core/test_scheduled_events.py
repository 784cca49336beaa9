"""What is planned for a moment is seen to at that moment, once for its key, by the workers that see to everything."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from community.core.events import Event, Priority
from community.core.ids import new_id
from community.core.outbox import leases
from community.core.outbox.periodic import PeriodicJobs, periodic
from community.core.outbox.store import OutboxEvent
from community.core.outbox.subscriptions import handlers
from community.core.settings import Settings
from community.core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from community.processes.worker import Worker
from tests.conftest import NOON
from tests.support.run_worker import run_until_idle

HOUR = timedelta(hours=1)
ONE = UUID(int=1)


@dataclass(frozen=True, kw_only=True)
class WalkDue(Event, name="test.walk_due"):
    """A moment that somebody waits for; one that comes again plans itself again."""

    walk_id: UUID
    again_hours: int = 0


@dataclass(frozen=True, kw_only=True)
class HelpDue(Event, name="test.help_due", priority=Priority.CRISIS):
    """A step that somebody in need waits for."""

    walk_id: UUID


@dataclass(frozen=True, kw_only=True)
class InLine(Event, name="test.in_line", in_order=True):
    """One of several that must not overtake each other."""

    walk_id: UUID
    number: int


seen: list[tuple[Event, datetime]] = []


@handlers.on(WalkDue, HelpDue, InLine)
def note(uow: UnitOfWork, event: WalkDue | HelpDue | InLine) -> None:
    """Remember what came and when; come again if asked to."""
    uow.after_commit(lambda: seen.append((event, uow.now)))
    if isinstance(event, WalkDue) and event.again_hours:
        uow.schedule(uow.now + timedelta(hours=event.again_hours), event, key=f"walk:{event.walk_id}")


@pytest.fixture(autouse=True)
def nothing_seen() -> None:
    """Each test sees its own."""
    seen.clear()


def plan(store: UnitOfWorkFactory, moment: datetime, *, key: str = "walk:1", event: Event | None = None) -> None:
    with store.unit_of_work(now=NOON) as uow:
        uow.schedule(moment, event or WalkDue(walk_id=ONE), key=key)


def moments() -> list[datetime]:
    return [at for _, at in seen]


def test_it_comes_at_its_moment_and_once(store: UnitOfWorkFactory, settings: Settings) -> None:
    plan(store, NOON + HOUR)
    for at in (NOON, NOON + HOUR - timedelta(seconds=1), NOON + HOUR, NOON + 2 * HOUR):
        run_until_idle(store, settings, now=at)
    assert moments() == [NOON + HOUR]


def test_a_moment_that_has_passed_is_now(store: UnitOfWorkFactory, settings: Settings) -> None:
    plan(store, NOON - HOUR)
    run_until_idle(store, settings, now=NOON)
    assert moments() == [NOON]


def test_planned_again_under_its_key_it_moves_and_says_the_new(store: UnitOfWorkFactory, settings: Settings) -> None:
    plan(store, NOON + HOUR)
    plan(store, NOON + 2 * HOUR, event=WalkDue(walk_id=UUID(int=2)))
    run_until_idle(store, settings, now=NOON + HOUR)
    assert seen == []
    run_until_idle(store, settings, now=NOON + 2 * HOUR)
    assert seen == [(WalkDue(walk_id=UUID(int=2)), NOON + 2 * HOUR)]


def test_a_finished_event_is_not_planned_again_under_its_key(store: UnitOfWorkFactory, settings: Settings) -> None:
    plan(store, NOON)
    run_until_idle(store, settings, now=NOON)
    plan(store, NOON + HOUR)
    run_until_idle(store, settings, now=NOON + 2 * HOUR)
    assert moments() == [NOON]


def test_a_cancelled_event_does_not_come(store: UnitOfWorkFactory, settings: Settings) -> None:
    plan(store, NOON + HOUR)
    plan(store, NOON + HOUR, key="walk:2")
    with store.unit_of_work(now=NOON) as uow:
        assert uow.cancel_scheduled("walk:1", "walk:3") == 1
    run_until_idle(store, settings, now=NOON + HOUR)
    assert len(seen) == 1
    with store.unit_of_work(now=NOON) as uow:
        assert uow.cancel_scheduled("walk:2") == 0, "it is done"


def test_a_rolled_back_event_was_never_planned(store: UnitOfWorkFactory, settings: Settings) -> None:
    def plan_and_fail() -> None:
        with store.unit_of_work(now=NOON) as uow:
            uow.schedule(NOON, WalkDue(walk_id=ONE), key="walk:1")
            raise LookupError

    with pytest.raises(LookupError):
        plan_and_fail()
    run_until_idle(store, settings, now=NOON)
    assert seen == []


def test_it_may_plan_itself_again(store: UnitOfWorkFactory, settings: Settings) -> None:
    plan(store, NOON, event=WalkDue(walk_id=ONE, again_hours=1))
    for at in (NOON, NOON + HOUR / 2, NOON + HOUR, NOON + 2 * HOUR):
        run_until_idle(store, settings, now=at)
    assert moments() == [NOON, NOON + HOUR, NOON + 2 * HOUR]


def test_an_event_moved_after_its_claim_is_not_handled_by_that_worker(store: UnitOfWorkFactory) -> None:
    plan(store, NOON)
    with store.unit_of_work(now=NOON) as uow:
        [claim] = leases.claim_new(uow.session, now=NOON, most=10)
    plan(store, NOON + HOUR)
    with store.unit_of_work(now=NOON) as uow:
        assert leases.lock_claimed(uow.session, [claim]) == set()
        assert leases.claim_new(uow.session, now=NOON, most=10) == []
        assert leases.claim_retries(uow.session, now=NOON) == []
        assert len(leases.claim_new(uow.session, now=NOON + HOUR, most=10)) == 1


def test_planning_does_not_wait_for_the_worker_that_handles_it(store: UnitOfWorkFactory) -> None:
    """On PostgreSQL the worker may in turn wait for what the planner has locked. SQLite has one writer anyway."""
    if store.database.is_sqlite:
        return
    plan(store, NOON)
    with store.unit_of_work(now=NOON) as uow:
        [claim] = leases.claim_new(uow.session, now=NOON, most=10)
    with store.unit_of_work(now=NOON) as handling:
        assert leases.lock_claimed(handling.session, [claim]) == {claim.id}
        plan(store, NOON + HOUR)
        with store.unit_of_work(now=NOON) as uow:
            assert uow.cancel_scheduled("walk:1") == 0
        leases.mark_done(handling.session, [claim], now=NOON)
    with store.read_context() as ctx:
        assert ctx.session.scalars(select(OutboxEvent.state)).all() == ["done"]


def test_the_most_urgent_is_taken_first(store: UnitOfWorkFactory, settings: Settings) -> None:
    walks = [(key, WalkDue(walk_id=new_id())) for key in ("walk:1", "walk:2", "walk:3")]
    with store.unit_of_work(now=NOON - HOUR) as uow:
        for key, walk in walks:
            uow.schedule(NOON - HOUR, walk, key=key)
    with store.unit_of_work(now=NOON) as uow:
        uow.record(InLine(walk_id=ONE, number=1))
        uow.schedule(NOON, HelpDue(walk_id=ONE), key="help:1")
    with store.unit_of_work(now=NOON) as uow:
        taken = leases.claim_new(uow.session, now=NOON, most=3)
    assert [claim.type for claim in taken] == ["test.help_due", "test.in_line", "test.walk_due"]


def test_those_of_one_subject_keep_their_order_when_their_kind_asks(
    store: UnitOfWorkFactory, settings: Settings
) -> None:
    other = UUID(int=2)
    with store.unit_of_work(now=NOON) as uow:
        uow.record(InLine(walk_id=ONE, number=1))
        uow.record(InLine(walk_id=ONE, number=2))
        uow.record(InLine(walk_id=other, number=3))
    with store.unit_of_work(now=NOON) as uow:
        taken = leases.claim_new(uow.session, now=NOON, most=10)
        taken.sort(key=lambda claim: claim.payload["number"])  # of two that are due at once, either may come first
        assert [claim.payload["number"] for claim in taken] == [1, 3]
        assert leases.claim_new(uow.session, now=NOON, most=10) == [], "the first is not done"
        assert not leases.retry_or_dead_letter(uow.session, taken[0], error="Late", now=NOON)
        assert leases.claim_new(uow.session, now=NOON, most=10) == [], "it is tried again first"
    run_until_idle(store, settings, now=NOON + HOUR)
    assert [event.number for event, _ in seen if isinstance(event, InLine) and event.walk_id == ONE] == [1, 2]


def test_a_timer_comes_again_and_bears_a_failure(
    store: UnitOfWorkFactory, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, rounds = PeriodicJobs(), []

    @ours.every(60)
    def count(uow: UnitOfWork) -> bool:
        rounds.append(uow.now)
        if len(rounds) == 2:
            raise LookupError
        return len(rounds) == 3

    monkeypatch.setattr(periodic, "_timers", ours._timers)
    worker = Worker(store, settings)
    for at in (0, 59, 60, 61, 62, 120, 122):
        while worker.step(NOON + timedelta(seconds=at)):
            pass
    assert [(at - NOON).total_seconds() for at in rounds] == [0, 60, 61, 61, 122]
    with store.read_context() as ctx:
        rows = ctx.session.scalars(select(OutboxEvent)).all()
    assert [(row.dedupe_key, row.state, row.attempts) for row in rows] == [
        (f"timer:{ours.all()[0].name}", "waiting", 0)
    ]
