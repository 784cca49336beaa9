"""Worker process with events that raise, hang, or kill their worker, and helpers to record them."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from types import TracebackType
from uuid import UUID

from sqlalchemy import select

from community.core.db import Database
from community.core.events import Event
from community.core.ids import new_id
from community.core.outbox.store import OutboxEvent
from community.core.outbox.subscriptions import handlers
from community.core.settings import load_settings
from community.core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from community.features import load_subscribers
from community.members.models import Cohort
from tests.support.service import ROOT


@dataclass(frozen=True, kw_only=True)
class FailingEvent(Event, name="test.odd"):
    """Something that goes as its `kind` says: well, raises, hangs, kills, collides."""

    about_id: UUID
    kind: str = "well"


@handlers.on(FailingEvent, shared=True)
def act_as_told(uow: UnitOfWork, event: FailingEvent) -> None:
    """Leave one cohort for each event, so that a second effect shows."""
    uow.session.add(Cohort(id=event.about_id, name=str(event.about_id), created_at=uow.now))
    uow.session.flush()
    if event.kind == "raises":
        raise LookupError
    if event.kind == "hangs":
        time.sleep(600)
    if event.kind == "kills":
        os.kill(os.getpid(), signal.SIGKILL)
    if event.kind == "collides":
        uow.session.add(Cohort(id=new_id(), name=str(event.about_id), created_at=uow.now))
        uow.session.flush()


def record(store: UnitOfWorkFactory, *kinds: str) -> list[UUID]:
    """Record one odd event for each kind, in one commit; their ids."""
    ids = [new_id() for _ in kinds]
    with store.unit_of_work() as uow:
        for about_id, kind in zip(ids, kinds, strict=True):
            uow.record(FailingEvent(about_id=about_id, kind=kind))
    return ids


def rows_of(database: Database) -> dict[UUID, OutboxEvent]:
    """The outbox rows of odd events by what they are about."""
    with database.read_session() as session:
        rows = session.scalars(select(OutboxEvent).where(OutboxEvent.type == FailingEvent.name)).all()
    return {UUID(row.subject): row for row in rows}


def effects_of(database: Database) -> list[UUID]:
    """Return the ids of the events that had their effect."""
    with database.read_session() as session:
        return list(session.scalars(select(Cohort.id)))


class FailingWorkers:
    """Real worker processes on a database, each started again when it ends, as a supervisor does."""

    def __init__(self, count: int, **env: str) -> None:
        self._count = count
        self._env = {**os.environ, "PYTHONPATH": str(ROOT), **env}
        self._running: list[subprocess.Popen[bytes]] = []
        self.ended = 0

    def __enter__(self) -> "FailingWorkers":
        self.keep_up()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for process in self._running:
            process.kill()
            process.wait(10)

    def keep_up(self) -> None:
        """Start again what has ended."""
        alive = [process for process in self._running if process.poll() is None]
        self.ended += len(self._running) - len(alive)
        while len(alive) < self._count:
            words = [sys.executable, "-m", "tests.support.failing_worker"]
            alive.append(subprocess.Popen(words, env=self._env, cwd=ROOT, stdout=subprocess.DEVNULL))
        self._running = alive

    def kill_one(self) -> None:
        """SIGKILL the first."""
        self._running[0].kill()
        self._running[0].wait(10)


if __name__ == "__main__":
    from community.processes.worker import main

    load_subscribers()
    sys.exit(main(load_settings()))
