"""A transaction that somebody forgot, a psql left open or a dump that hangs, does not slow the workers down.

The small size runs with every test; `dev.py prove` runs the full one.
"""

import time

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from community.core.db import Database
from community.core.engines import IDLE_IN_TRANSACTION_SECONDS
from community.core.outbox import leases
from community.core.pubsub import PubSub
from community.core.unit_of_work import UnitOfWorkFactory
from tests.support.failing_worker import record
from tests.support.proof_output import print_figure
from tests.support.waiting import until

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]


@pytest.mark.parametrize("seconds", [1, pytest.param(IDLE_IN_TRANSACTION_SECONDS, marks=pytest.mark.prove)])
def test_an_idle_transaction_is_ended_and_claims_stay_quick(postgres_url: str, seconds: int) -> None:  # F13
    database = Database(postgres_url)
    store = UnitOfWorkFactory(database, PubSub(None))
    for _ in range(10):
        record(store, *["well"] * 100)
    with database.read_session() as forgotten:
        said = forgotten.scalar(text("SHOW idle_in_transaction_session_timeout"))
        assert said == "1min"
        if seconds < IDLE_IN_TRANSACTION_SECONDS:
            forgotten.execute(text(f"SET idle_in_transaction_session_timeout = '{seconds}s'"))
        pid = forgotten.scalar(text("SELECT pg_backend_pid()"))

        def is_gone() -> bool:
            with database.read_session() as ctx:
                return not ctx.scalar(text("SELECT count(*) FROM pg_stat_activity WHERE pid = :pid"), {"pid": pid})

        until(is_gone, within=seconds + 30, what="the idle transaction to be ended")
        with pytest.raises(DBAPIError):
            forgotten.execute(text("SELECT 1"))
        forgotten.invalidate()

    took = []
    for _ in range(40):
        with store.unit_of_work() as uow:
            started = time.monotonic()
            taken = leases.claim_new(uow.session, now=uow.now, most=25)
            took.append(1000 * (time.monotonic() - started))
            leases.mark_done(uow.session, taken, now=uow.now)
    p50 = sorted(took)[len(took) // 2]
    print_figure(
        "F13", f"an idle transaction is ended after {seconds} s; then a claim of 25 takes {p50:.1f} ms (median)"
    )
    if seconds == IDLE_IN_TRANSACTION_SECONDS:
        assert p50 < 5
    with database.write_session() as session:
        session.execute(text("DELETE FROM outbox_events"))
        session.commit()
    database.dispose()
