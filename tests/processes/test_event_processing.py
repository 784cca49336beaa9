"""Events are handled many at a time, and yet each one fails alone."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from community.core.database_errors import is_database_unavailable
from community.core.ids import new_id
from community.core.outbox import leases
from community.core.outbox import store as outbox_store
from community.core.outbox.selection import LEASE
from community.core.outbox.store import OutboxEvent
from community.core.settings import Settings
from community.core.unit_of_work import UnitOfWorkFactory
from community.processes.worker import Worker
from tests.conftest import NOON
from tests.support.failing_worker import effects_of, record, rows_of


@pytest.mark.parametrize(("kind", "error"), [("raises", "LookupError"), ("collides", "IntegrityError")])
def test_one_failing_event_of_a_batch_costs_the_others_nothing(  # F11
    store: UnitOfWorkFactory, settings: Settings, kind: str, error: str
) -> None:
    good = record(store, *["well"] * 20)
    [bad] = record(store, kind)
    good += record(store, *["well"] * 20)

    Worker(store, settings).step(NOON)

    rows = rows_of(store.database)
    assert {rows[one].state for one in good} == {"done"}
    assert {rows[one].attempts for one in good} == {1}
    assert (rows[bad].state, rows[bad].attempts, rows[bad].last_error) == ("waiting", 1, error)
    assert sorted(effects_of(store.database)) == sorted(good)


def test_a_failing_event_is_dead_after_five_attempts_with_its_reason(  # F11
    store: UnitOfWorkFactory, settings: Settings
) -> None:
    [bad] = record(store, "raises")
    worker = Worker(store, settings)
    for turn in range(8):
        worker.step(NOON + timedelta(minutes=11 * turn))
        [good] = record(store, "well")
        worker.step(NOON + timedelta(minutes=11 * turn))
        assert rows_of(store.database)[good].state == "done"
    row = rows_of(store.database)[bad]
    assert (row.state, row.attempts, row.last_error) == ("dead", 5, "LookupError")


def test_a_poison_event_dies_and_those_claimed_with_it_do_not(  # F11
    store: UnitOfWorkFactory, settings: Settings
) -> None:
    """The naive design took 76 innocents with it: here what was tried is taken alone."""
    ids = record(store, *["well"] * 30)
    at = NOON
    with store.unit_of_work(now=at) as uow:
        assert len(leases.claim_new(uow.session, now=at, most=100)) == 30  # and the worker ends
    for _ in range(4):
        at += timedelta(seconds=11)
        with store.unit_of_work(now=at) as uow:
            assert [claim.attempts for claim in leases.claim_retries(uow.session, now=at)] != []  # and ends
        with store.unit_of_work(now=at) as uow:
            first = max(rows_of(store.database).values(), key=lambda row: row.attempts)
            uow.session.get_one(OutboxEvent, first.id).due_at = NOON - timedelta(hours=1)
    worker = Worker(store, settings)
    while worker.step(at + timedelta(seconds=11)):
        pass
    states = sorted((row.state, row.last_error or "") for row in rows_of(store.database).values())
    assert states == [("dead", leases.WORKER_ENDED)] + [("done", "")] * 29
    assert len(effects_of(store.database)) == len(ids) - 1


def test_a_worker_whose_lease_was_taken_has_no_effect(store: UnitOfWorkFactory) -> None:
    record(store, "well")
    with store.unit_of_work(now=NOON) as uow:
        [slow] = leases.claim_new(uow.session, now=NOON, most=1)
    later = NOON + LEASE
    with store.unit_of_work(now=later) as uow:
        [quick] = leases.claim_retries(uow.session, now=later)
        assert leases.lock_claimed(uow.session, [slow]) == set()
        assert leases.lock_claimed(uow.session, [quick]) == {quick.id}


def test_a_worker_that_stops_gives_back_what_it_did_not_begin(store: UnitOfWorkFactory, settings: Settings) -> None:
    ids = record(store, *["well"] * 3)
    worker = Worker(store, settings)
    worker._stop.set()
    worker.step(NOON)
    worker._give_back()
    assert {(row.state, row.attempts, row.lease_token) for row in rows_of(store.database).values()} == {
        ("waiting", 0, None)
    }
    worker._stop.clear()
    worker.step(NOON)
    assert sorted(effects_of(store.database)) == sorted(ids)


def test_a_large_payload_and_an_unknown_type_stop_nobody(store: UnitOfWorkFactory, settings: Settings) -> None:  # F11
    with store.unit_of_work() as uow:
        for name, payload in (("test.odd", {"about_id": str(new_id()), "more": "x" * 10_000_000}), ("test.gone", {})):
            common = {"id": new_id(), "subject": "1", "created_at": NOON, "due_at": NOON}
            uow.session.add(OutboxEvent(type=name, payload=payload, **common))
    ids = record(store, *["well"] * 5)
    Worker(store, settings).step(NOON)
    assert set(ids) <= set(effects_of(store.database))
    with store.read_context() as ctx:
        assert ctx.session.scalar(text("SELECT count(*) FROM outbox_events WHERE state = 'done'")) >= 7


def test_finished_events_are_deleted_in_time_and_dead_ones_are_kept(store: UnitOfWorkFactory) -> None:
    ids = record(store, *["well"] * 4)
    rows = rows_of(store.database)
    with store.unit_of_work() as uow:
        for place, about_id in enumerate(ids):
            row = uow.session.get_one(OutboxEvent, rows[about_id].id)
            row.state, row.finished_at = ("dead" if place == 3 else "done"), NOON - timedelta(days=(3, 8, 8, 90)[place])
            row.dedupe_key = "walk:1" if place == 2 else None
        uow.session.flush()
        before = {"before": NOON - timedelta(days=7), "keyed_before": NOON - timedelta(days=35)}
        assert outbox_store.purge_done(uow.session, **before, most=10) == 1
    assert set(rows_of(store.database)) == {ids[0], ids[2], ids[3]}


def test_a_database_that_is_away_is_told_from_work_that_fails(store: UnitOfWorkFactory) -> None:
    statements = {"SELECT * FROM nowhere": False, "SELECT 1 / 0": False, "SELECT pg_sleep(9)": False}
    if store.database.is_sqlite:
        statements = {"SELECT * FROM nowhere": False, "UPDATE outbox_events SET state = 'odd'": False}
    for statement, expected in statements.items():
        with store.database.read_session() as session:
            if not store.database.is_sqlite:
                session.execute(text("SET LOCAL statement_timeout = 50"))
            with pytest.raises(Exception, match=r".") as raised:
                session.execute(text("INSERT INTO cohorts (id) VALUES (NULL)" if "odd" in statement else statement))
        assert is_database_unavailable(raised.value) is expected, statement
    if not store.database.is_sqlite:
        with pytest.raises(Exception, match="terminat") as raised, store.database.read_session() as session:
            session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        assert is_database_unavailable(raised.value)
