"""The application's clock: whoever makes the application or its store says what time it is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import func, select

from community.app import create_app
from community.core.clock import machine_now
from community.core.events import Event, Priority
from community.core.ids import new_id
from community.core.outbox import leases
from community.core.outbox.store import OutboxEvent
from community.core.outbox.subscriptions import handlers
from community.core.settings import Settings
from community.core.unit_of_work import Actor, UnitOfWork, UnitOfWorkFactory
from community.core.web.template_context import calendar_day, day_in_sentence, local_date, relative_day, short_date
from community.processes.worker import Worker
from tests.conftest import Act, SignedInClient
from tests.factories import Cast
from tests.support.clock import NOON, ManualClock

IN_2031 = datetime(2031, 2, 3, 15, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class KettleDue(Event, name="test.kettle_due", priority=Priority.TIMED):
    """Something planned for later."""

    kettle_id: UUID


boiled: list[datetime] = []


@handlers.on(KettleDue)
def boil(uow: UnitOfWork, event: KettleDue) -> None:
    """Note when it was handled."""
    boiled.append(uow.now)


def test_ben_reads_days_by_the_clock_of_the_application(app: Flask, clock: ManualClock) -> None:
    with app.test_request_context():
        assert local_date(IN_2031) == "Monday, February 3, 2031"
        assert calendar_day(IN_2031.date()) == "Feb 3, 2031"
        assert short_date(IN_2031) == "Mon, Feb 3, 2031"
        clock.now = IN_2031 + timedelta(hours=1)
        assert local_date(IN_2031) == "Monday, February 3"
        assert calendar_day(IN_2031.date()) == "Feb 3"
        assert short_date(IN_2031) == "Mon, Feb 3"
        assert relative_day(IN_2031) == "Today"
        assert relative_day(IN_2031 + timedelta(hours=9)) == "Tonight"
        clock.later(days=1)
        assert relative_day(IN_2031) == "Yesterday"
        assert day_in_sentence(IN_2031) == "yesterday"
        assert day_in_sentence(IN_2031 - timedelta(days=9)) == "Saturday, January 25"


def test_an_application_takes_a_clock_of_its_own(
    settings: Settings, store: UnitOfWorkFactory, cast: Cast, token_of: Callable[[Actor], str]
) -> None:
    token = token_of(cast.ben)
    ours, theirs = (
        create_app(settings, store),
        create_app(settings, store, clock=lambda: IN_2031 + timedelta(days=3650)),
    )
    alone = create_app(settings, clock=lambda: IN_2031)

    assert ours.extensions["community"].clock() == NOON
    assert alone.extensions["community"].clock() == IN_2031
    assert SignedInClient(ours.test_client(), token).get("/me").status_code == 200
    assert SignedInClient(theirs.test_client(), token).get("/me").status_code == 401, "Ben's session has ended by then"
    alone.extensions["community"].store.database.dispose()


def test_a_store_without_a_clock_takes_the_machines(store: UnitOfWorkFactory) -> None:
    assert UnitOfWorkFactory(store.database, store.pubsub).clock is machine_now


def test_ben_posts_at_the_time_of_the_application(act: Act, cast: Cast, clock: ManualClock, api: Any) -> None:
    room = api(cast.ada).post("/rooms", {"kind": "open", "name": "Evenings"}).get_json()["id"]
    clock.later(hours=2)
    words = {"client_msg_id": "1", "body": "Hello"}
    said = api(cast.ada).post(f"/rooms/{room}/messages", words)
    assert '"2026-11-23T19:00:00Z"' in said.text, said.text


def test_a_worker_waits_for_what_is_planned_by_that_clock(
    store: UnitOfWorkFactory, settings: Settings, clock: ManualClock
) -> None:
    """On any day: neither the machine nor the database says that the hour has come."""
    boiled.clear()
    worker = Worker(store, settings)
    with store.unit_of_work() as uow:
        uow.schedule(NOON + timedelta(hours=1), KettleDue(kettle_id=new_id()), key="kettle")
    worker.step()
    assert boiled == []
    clock.later(hours=1)
    worker = Worker(store, settings)
    worker.step()
    assert boiled == [NOON + timedelta(hours=1)]


def test_a_lease_ends_by_the_clock_of_the_database(store: UnitOfWorkFactory) -> None:
    local = leases.DatabaseClock(store.clock)
    with store.unit_of_work() as uow:
        uow.record(KettleDue(kettle_id=new_id()))
    with store.unit_of_work() as uow:
        lease_from = local.now(uow.session)
        asked = uow.session.scalar(select(func.now())) if not store.database.is_sqlite else NOON
        [taken] = leases.claim_new(uow.session, now=uow.now, most=1, lease_from=lease_from)
    with store.read_context() as ctx:
        due_at = ctx.session.get_one(OutboxEvent, taken.id).due_at
    assert abs(due_at - leases.LEASE - asked) < timedelta(minutes=1)
