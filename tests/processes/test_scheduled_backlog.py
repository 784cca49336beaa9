"""A crowd of timed events that is due at seven: it comes within ten minutes, the urgent first, and holds nobody up.

The small size runs with every test; `dev.py prove` runs the full one.
"""

import time
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, insert, select

from community.core.clock import machine_now
from community.core.db import Database
from community.core.events import Event, Priority
from community.core.ids import new_id
from community.core.outbox.store import OutboxEvent, jittered
from community.core.outbox.subscriptions import handlers
from community.core.pubsub import PubSub
from community.core.settings import Settings
from community.core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from community.processes.worker import Worker
from tests.conftest import NOON
from tests.support.failing_worker import FailingEvent, FailingWorkers, record, rows_of
from tests.support.proof_output import print_figure
from tests.support.valkey import Valkey
from tests.support.waiting import until

SMALL, FULL = 600, 100_000
MINUTES = 10


@dataclass(frozen=True, kw_only=True)
class ReminderDue(Event, name="test.reminder_due", priority=Priority.TIMED):
    """Due at seven."""

    about_id: UUID


@dataclass(frozen=True, kw_only=True)
class DigestDue(Event, name="test.digest_due", priority=Priority.DIGEST):
    """Due at seven too, and less pressing."""

    about_id: UUID


seen: list[tuple[str, datetime]] = []


@handlers.on(ReminderDue, DigestDue, shared=True)
def note(uow: UnitOfWork, event: ReminderDue | DigestDue) -> None:
    """Remember what came when."""
    uow.after_commit(lambda: seen.append((event.name, uow.now)))


def plan_many(store: UnitOfWorkFactory, count: int, *, at: datetime, spread: timedelta) -> None:
    """What `uow.at` writes, for many at once."""
    kinds = (ReminderDue, DigestDue)
    for start in range(0, count, 5000):
        rows = []
        for number in range(start, min(start + 5000, count)):
            event, key = kinds[number % 2](about_id=new_id()), f"seven:{number}"
            row = {"id": new_id(), "type": event.name, "subject": event.subject, "payload": event.payload()}
            times = {"created_at": NOON, "due_at": jittered(at, spread, key=key)}
            rows.append(
                {**row, **times, "priority": event.priority, "dedupe_key": key, "state": "waiting", "attempts": 0}
            )
        with store.unit_of_work() as uow:
            uow.session.execute(insert(OutboxEvent), rows)


@pytest.mark.parametrize("count", [SMALL, pytest.param(FULL, marks=[pytest.mark.prove, pytest.mark.timeout(1800)])])
def test_a_crowd_due_at_seven_comes_apart_over_ten_minutes(  # N7
    store: UnitOfWorkFactory, settings: Settings, count: int
) -> None:
    seen.clear()
    plan_many(store, count, at=NOON, spread=timedelta(minutes=MINUTES))
    worker = Worker(store, settings)
    started = time.monotonic()
    for minute in range(MINUTES + 1):
        while worker.step(NOON + timedelta(minutes=minute)):
            pass
    seconds = time.monotonic() - started

    assert Counter(name for name, _ in seen) == {ReminderDue.name: count // 2, DigestDue.name: count // 2}
    by_minute = Counter(round((at - NOON).total_seconds() / 60) for _, at in seen)
    shares = [by_minute[minute] / count for minute in range(1, MINUTES + 1)]
    assert sum(shares) == pytest.approx(1, abs=0.01)
    assert all(0.05 < share < 0.15 for share in shares)
    for minute in range(1, MINUTES + 1):
        names = [name for name, at in seen if at == NOON + timedelta(minutes=minute)]
        assert names == sorted(names, reverse=True), "reminders before digests"
    kind = "sqlite" if store.database.is_sqlite else "postgresql"
    print_figure(
        "N7", f"{kind}: {count} due at seven, each once within {MINUTES} minutes, in {seconds:.0f} s of one worker"
    )


@pytest.mark.prove
@pytest.mark.timeout(900)
def test_new_events_do_not_wait_behind_the_crowd(database: Database, tmp_path: Path) -> None:  # N7
    """100,000 are due in this moment; what people do meanwhile is seen to at once."""
    with Valkey() as valkey:
        store = UnitOfWorkFactory(database, PubSub(valkey.url))
        plan_many(store, FULL, at=machine_now(), spread=timedelta(0))
        env = {
            "DATABASE_URL": database.url.render_as_string(hide_password=False),
            "COMMUNITY_DATA_DIR": str(tmp_path / "var"),
            "REDIS_URL": valkey.url,
        }
        with FailingWorkers(2, **env) as workers:
            until(lambda: _left(database) < FULL, within=120, what="the crowd to move")
            while (left := _left(database)) > FULL // 20 and len(rows_of(database)) < 3000:
                record(store, "well")
                workers.keep_up()
                time.sleep(0.01)
            until(lambda: all(row.state == "done" for row in rows_of(database).values()), within=60)
    late = sorted((row.finished_at - row.created_at).total_seconds() for row in rows_of(database).values())
    p99 = 1000 * late[int(len(late) * 0.99)]
    kind = "sqlite" if database.is_sqlite else "postgresql"
    print_figure("N7", f"{kind}: {len(late)} new events while {FULL - left} of a crowd were seen to: p99 {p99:.0f} ms")
    assert p99 <= 100


def _left(database: Database) -> int:
    with database.read_session() as session:
        crowd = (
            (OutboxEvent.state == "waiting")
            & (OutboxEvent.type != FailingEvent.name)
            & OutboxEvent.dedupe_key.like("seven:%")
        )
        return session.scalars(select(func.count()).where(crowd)).one()
