"""A week in which a thousand ask for somebody while workers and Redis come and go: nobody is left in silence."""

import heapq
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from community.core.errors import NotFound
from community.core.ids import new_id
from community.core.minimum_group import at_share
from community.core.outbox.periodic import PeriodicJobDue
from community.core.outbox.store import OutboxEvent, oldest_pending
from community.core.outbox.subscriptions import handlers
from community.core.pubsub import PubSub
from community.core.settings import Settings
from community.core.unit_of_work import Actor, Role, UnitOfWork, UnitOfWorkFactory
from community.features import load_subscribers
from community.members.models import Shift
from community.notifications.models import Notification
from community.processes.worker import Worker
from community.reach_outs.actions import reach_outs
from community.reach_outs.actions.reach_outs import AlreadyClaimed, ReachOutOver
from community.reach_outs.events import ReachOutStepDue
from community.reach_outs.models import ReachOut, ReachOutStep, ResponderRequest
from community.rooms.engine import message_batch
from community.rooms.engine.message_batch import PostRequest
from tests.conftest import NOON, Act
from tests.factories import Cast, make_member
from tests.support.buddy_fixtures import MakePairing
from tests.support.proof_output import print_figure
from tests.support.valkey import Valkey

load_subscribers()
WEEK = timedelta(days=7)
PEOPLE = 60
SIZES = [30, pytest.param(1_000, marks=[pytest.mark.prove, pytest.mark.timeout(1_800)])]


class Crash(BaseException):
    """The worker ends here, in the middle of what it does."""


@dataclass
class Doom:
    """Whether the next step that a worker takes is its last one."""

    is_next: bool = False


@pytest.fixture(scope="module")
def crash_point() -> Doom:
    """A listener behind ours that ends the worker when told to, before anything is committed."""
    found = Doom()

    @handlers.on(ReachOutStepDue)
    def crash(_uow: UnitOfWork, _event: ReachOutStepDue) -> None:
        if found.is_next:
            found.is_next = False
            raise Crash

    return found


@pytest.fixture(scope="module")
def valkey() -> Iterator[Valkey]:
    """A real one, to kill."""
    with Valkey() as server:
        yield server


@dataclass
class Week:
    """The clock, who is there, and what happens next."""

    act: Act
    settings: Settings
    doom: Doom
    valkey: Valkey
    people: list[Actor]
    rng: random.Random
    coming: list[tuple[datetime, int, Callable[[], None]]] = field(default_factory=list)
    worker: Worker | None = None
    worker_back: datetime = NOON
    crashes: int = 0
    outages: int = 0
    seen: datetime = NOON - timedelta(seconds=1)
    by_id: dict[UUID, Actor] = field(default_factory=dict)
    count: int = 0

    def at(self, moment: datetime, what: Callable[[], None]) -> None:
        """Have something happen."""
        self.count += 1
        heapq.heappush(self.coming, (moment, self.count, what))

    def run(self) -> None:
        """Until nothing is left to happen."""
        self.by_id = {one.id: one for one in self.people}
        while self.coming:
            moment, _, what = heapq.heappop(self.coming)
            self.act.now = max(self.act.now, moment)
            what()
            self.work()
            self.notice_asks()

    def work(self) -> None:
        """What is due, if there is a worker; one that dies comes back after a while."""
        if self.act.now < self.worker_back or not self.is_something_due():
            return
        try:
            if self.worker is None:
                self.worker = Worker(self.act.store, self.settings)
                self.worker.step(self.act.now)
                self.put_off_timers()
            while self.is_something_due() and self.worker.step(self.act.now):
                pass
        except Crash:
            self.crashes += 1
            self.worker = None
            self.worker_back = self.act.now + timedelta(minutes=self.rng.choice([1, 3, 20]))
            self.at(self.worker_back, lambda: None)

    def put_off_timers(self) -> None:
        """What workers do every so often is left out: it has nothing to do with this, and also not what heals it."""
        with self.act.store.unit_of_work(now=self.act.now) as uow:
            later = update(OutboxEvent).where(OutboxEvent.type == PeriodicJobDue.name, OutboxEvent.state == "waiting")
            uow.session.execute(later.values(due_at=NOON + 2 * WEEK))

    def is_something_due(self) -> bool:
        """Whether a worker would find anything to do."""
        with self.act.store.read_context(now=self.act.now) as ctx:
            return oldest_pending(ctx.session, now=self.act.now) is not None

    def notice_asks(self) -> None:
        """Whoever was asked just now comes, cannot, or does not look; and steps have their moments."""
        with self.act.store.read_context(now=self.act.now) as ctx:
            asks = ctx.session.execute(
                select(ResponderRequest.reach_out_id, ResponderRequest.member_id, ResponderRequest.kind).where(
                    ResponderRequest.asked_at > self.seen
                )
            ).all()
            due = ctx.session.scalars(
                select(ReachOutStep.due_at).where(ReachOutStep.state == "waiting", ReachOutStep.due_at > self.act.now)
            ).all()
        self.seen = self.act.now
        for moment in due:
            if not any(when == moment for when, _, _ in self.coming):
                self.at(moment, lambda: None)
        for reach_out_id, member_id, kind in asks:
            self.answer(reach_out_id, self.by_id[member_id], kind)

    def answer(self, reach_out_id: UUID, actor: Actor, kind: str) -> None:
        """Half of those on call come, fewer of the others; some say that they cannot."""
        chance = self.rng.random()
        wait = timedelta(seconds=self.rng.expovariate(1 / 60))
        comes = {"buddy": 0.35, "available_peers": 0.3, "on_call": 0.6, "lines": 0.2}[kind]
        if chance < comes:
            self.at(self.act.now + wait, lambda: self.come(actor, reach_out_id))
        elif chance < comes + 0.2:
            self.at(self.act.now + wait, lambda: self.do(actor, reach_outs.decline, reach_out_id=reach_out_id))

    def come(self, actor: Actor, reach_out_id: UUID) -> None:
        """Be there, mostly; now and then only say so, and others have to come."""
        if self.do(actor, reach_outs.claim, reach_out_id=reach_out_id):
            if self.rng.random() < 0.9:
                self.at(self.act.now + timedelta(seconds=20), lambda: self.write(actor, reach_out_id))
                ends = self.act.now + timedelta(minutes=4)
                self.at(ends, lambda: self.do(actor, reach_outs.close, reach_out_id=reach_out_id, ending="helped"))
            else:
                self.at(self.act.now + timedelta(minutes=5), lambda: None)

    def write(self, actor: Actor, reach_out_id: UUID) -> None:
        """Say a word in the room of the two, if somebody still needs one."""
        row = self.act.read(None, lambda ctx: ctx.session.get_one(ReachOut, reach_out_id))
        if row.claimed_by == actor.id and row.room_id is not None:
            self.act(
                None, message_batch.write_batch, batch=[PostRequest(actor, row.room_id, str(reach_out_id), "Hello.")]
            )

    def do(self, actor: Actor, verb: Callable[..., Any], **arguments: Any) -> bool:
        """Do it, unless somebody else has."""
        try:
            self.act(actor, verb, **arguments)
        except (AlreadyClaimed, ReachOutOver, NotFound):
            return False
        return True

    def ask(self, actor: Actor) -> None:
        """Ask; a few look again and again, a few stop by themselves."""
        row, is_new = self.act(actor, reach_outs.request_help)
        if not is_new:
            return
        if self.rng.random() < 0.4:
            for _ in range(3):
                touch = self.act.now + timedelta(seconds=self.rng.uniform(20, 700))
                self.at(touch, lambda: self.do(actor, reach_outs.advance_as_member, reach_out_id=row.id))
        if self.rng.random() < 0.05:
            stop = self.act.now + timedelta(seconds=self.rng.uniform(5, 400))
            self.at(stop, lambda: self.do(actor, reach_outs.close, reach_out_id=row.id))

    def be_free(self, actor: Actor) -> None:
        """Be free for some hours."""
        until = self.act.now + timedelta(hours=self.rng.uniform(0.5, 6))
        self.act(actor, reach_outs.set_availability, until=until, overrides_quiet_hours=self.rng.random() < 0.5)

    def redis(self, *, is_up: bool) -> None:
        """Kill it, or start it again."""
        if is_up:
            self.valkey.start()
        else:
            self.outages += 1
            self.valkey.kill()

    def crash(self) -> None:
        """The next step that a worker takes is its last."""
        self.doom.is_next = True


def on_shift(uow: UnitOfWork, coordinators: list[Actor], rng: random.Random) -> None:
    """Three coordinators share the week; a third of it nobody takes."""
    for hours in range(0, 168, 8):
        if rng.random() < 0.65:
            starts_at = NOON + timedelta(hours=hours)
            who = rng.choice(coordinators).id
            uow.session.add(
                Shift(
                    id=new_id(),
                    member_id=who,
                    starts_at=starts_at,
                    ends_at=starts_at + timedelta(hours=8),
                    time_zone="UTC",
                    series_id=new_id(),
                    created_by=who,
                    created_at=NOON,
                )
            )


@pytest.mark.parametrize("count", SIZES)
def test_a_week_of_reach_outs_leaves_nobody_in_silence(
    cast: Cast,
    act: Act,
    store: UnitOfWorkFactory,
    settings: Settings,
    make_pairing: MakePairing,
    crash_point: Doom,
    valkey: Valkey,
    count: int,
) -> None:
    if count < 1_000 and not store.database.is_sqlite:
        pytest.skip("the small size runs on one kind of database; the full one on both")
    act.store = UnitOfWorkFactory(
        store.database, PubSub(valkey.url), secrets=settings.encryption_secrets, clock=act.clock
    )
    rng = random.Random(8)
    with store.unit_of_work(now=NOON) as uow:
        people = [make_member(uow, f"Person {number}") for number in range(PEOPLE)]
        coordinators = [make_member(uow, f"Helper {number}", Role.COORDINATOR) for number in range(3)]
        on_shift(uow, coordinators, rng)
    for number in range(0, 20, 2):
        make_pairing(people[number], people[number + 1])
    week = Week(act, settings, crash_point, valkey, [*people, *coordinators, cast.ada, cast.root], rng)
    for _ in range(count):
        week.at(NOON + WEEK * rng.random(), lambda: week.ask(rng.choice(people)))
    for _ in range(min(100, count // 2)):
        week.at(NOON + WEEK * rng.random(), lambda: week.be_free(rng.choice(people)))
    for _ in range(count // 10):
        week.at(NOON + WEEK * rng.random(), week.crash)
    for day in range(3):
        down = NOON + timedelta(days=2 * day + rng.random())
        week.at(down, lambda: week.redis(is_up=False))
        week.at(down + timedelta(hours=6), lambda: week.redis(is_up=True))
    week.run()
    act.later(days=1)
    week.doom.is_next = False
    week.worker_back = act.now
    week.work()

    with store.read_context() as ctx:
        rows = ctx.session.scalars(select(ReachOut).where(ReachOut.is_drill.is_(False))).all()
        told = Counter(
            (row[0], row[1])
            for row in ctx.session.execute(
                select(Notification.url, Notification.kind).where(Notification.kind.like("reach_out.%"))
            )
        )
        asked = Counter(
            (row[0], row[1])
            for row in ctx.session.execute(
                select(Notification.member_id, Notification.url).where(
                    Notification.kind.in_(("reach_out.responders_notified", "reach_out.waiting"))
                )
            )
        )
    assert len(rows) > count * 0.9
    assert week.crashes >= count // 25
    assert week.outages == 3
    stopped = [row for row in rows if row.claimed_at is None and row.hotlines_shown_at is None]
    silent = [row for row in stopped if row.state != "closed" or row.outcome not in ("okay", "calling")]
    assert silent == [], "whoever was left, left by themself"
    for row in rows:
        url = f"/reach-outs/{row.id}"
        if row.hotlines_shown_at is not None and row.claimed_at is None and row.state == "open":
            assert told[url, "reach_out.unanswered"] >= 1, "the truth was told"
    assert all(times == 1 for times in asked.values()), "nobody is asked twice, whatever crashed"
    waits = sorted((row.claimed_at - row.opened_at).total_seconds() for row in rows if row.claimed_at)
    lines = sum(row.hotlines_shown_at is not None for row in rows)
    late = sum(
        row.hotlines_shown_at is not None and row.claimed_at is not None and row.claimed_at > row.hotlines_shown_at
        for row in rows
    )
    shares = ", ".join(f"{share:.0%} within {at_share(waits, share):.0f} s" for share in (0.5, 0.75, 0.9, 0.99, 1.0))
    came = f"a person came to {len(waits)}: {shares}"
    nobody = f"{lines} were told that nobody is free, to {late} of them somebody came later"
    trouble = f"{week.crashes} workers died, Redis was away {week.outages} times"
    kind = store.database.url.get_backend_name()
    print_figure(
        "C-reach", f"{kind}: {len(rows)} in a week, {trouble}; {came}; {nobody}; {len(stopped)} stopped; 0 in silence"
    )
