"""Events that raise, hang, or end their worker, handled by real processes: nobody else suffers for them.

The small size runs with every test; `dev.py prove` runs the full one.
"""

import time
from pathlib import Path

import pytest

from community.core.db import Database
from community.core.outbox.leases import MAX_ATTEMPTS
from community.core.outbox.store import OutboxEvent
from community.core.pubsub import PubSub
from community.core.unit_of_work import UnitOfWorkFactory
from tests.support.failing_worker import FailingWorkers, effects_of, record, rows_of
from tests.support.proof_output import print_figure
from tests.support.waiting import until

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]

SMALL, FULL = 20, 2000


@pytest.mark.daily_on("postgresql")
@pytest.mark.parametrize("good", [SMALL, pytest.param(FULL, marks=[pytest.mark.prove, pytest.mark.timeout(600)])])
def test_poison_ends_alone_whatever_it_does(database: Database, tmp_path: Path, good: int) -> None:  # F11 F14
    store = UnitOfWorkFactory(database, PubSub(None))
    kinds = ["well"] * good
    for place, kind in enumerate(("raises", "hangs", "kills")):
        kinds.insert((place + 1) * good // 4, kind)
    ids = record(store, *kinds)
    innocent = {one for one, kind in zip(ids, kinds, strict=True) if kind == "well"}

    env = {
        "DATABASE_URL": database.url.render_as_string(hide_password=False),
        "COMMUNITY_DATA_DIR": str(tmp_path / "var"),
        "REDIS_URL": "redis://127.0.0.1:9/0",
    }
    with FailingWorkers(2, **env) as workers:
        started: list[float] = []

        def are_done() -> bool:
            workers.keep_up()
            done = set(effects_of(database))
            if done and not started:
                started.append(time.monotonic())
            return innocent <= done

        until(are_done, within=250, what="the innocents to be done")
        seconds = time.monotonic() - started[0]
        ended = workers.ended

    rows = rows_of(database)
    assert {rows[one].state for one in innocent} == {"done"}
    assert sorted(effects_of(database)) == sorted(innocent), "each once, and nothing of the poison"
    poison = [rows[one] for one in ids if one not in innocent]
    assert {row.state for row in poison} == {"waiting"}
    assert all(0 < row.attempts < MAX_ATTEMPTS for row in poison)
    kind = "sqlite" if database.is_sqlite else "postgresql"
    print_figure(
        "F11",
        f"{kind}: {good} events with one that raises, one that hangs, one that kills: all innocents done "
        f"{seconds:.1f} s after the first, each once, none dead; {ended} workers ended",
    )


@pytest.mark.daily_on("sqlite")
def test_after_five_kills_the_killer_is_dead(database: Database, tmp_path: Path) -> None:  # F11
    store = UnitOfWorkFactory(database, PubSub(None))
    [killer] = record(store, "kills")
    env = {
        "DATABASE_URL": database.url.render_as_string(hide_password=False),
        "COMMUNITY_DATA_DIR": str(tmp_path / "var"),
        "REDIS_URL": "redis://127.0.0.1:9/0",
    }
    with database.write_session() as session:
        row = session.get_one(OutboxEvent, rows_of(database)[killer].id)
        row.attempts = MAX_ATTEMPTS - 1
        session.commit()
    with FailingWorkers(1, **env) as workers:

        def is_dead() -> bool:
            workers.keep_up()
            return rows_of(database)[killer].state == "dead"

        until(is_dead, within=250, what="the killer to be dead")
    assert rows_of(database)[killer].last_error == "WorkerEnded"
