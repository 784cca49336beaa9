"""This pipeline doing the benchmark's job: `ours.py produce COUNT RATE` or `ours.py work`.

The event is recorded in the transaction of its change. Its effect is a row in the transaction that marks it done, and
after that commit a line, with the moment.
"""

import gc
import os
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from community.core.clock import machine_now
from community.core.events import Event
from community.core.outbox.subscriptions import handlers
from community.core.settings import load_settings
from community.core.unit_of_work import UnitOfWork
from community.features import load_subscribers, open_store
from community.processes.worker import main

FOLDER = Path(os.environ["BENCH_FOLDER"])
THREADS = 4
lines = os.open(FOLDER / "effects", os.O_WRONLY | os.O_APPEND | os.O_CREAT)


@dataclass(frozen=True, kw_only=True)
class Changed(Event, name="bench.changed"):
    """A row was written."""

    number: int


@handlers.on(Changed, shared=True)
def effect(uow: UnitOfWork, event: Changed) -> None:
    """What handling an event does."""
    uow.session.connection().exec_driver_sql("INSERT INTO effects (number) VALUES (%s)", (event.number,))
    uow.after_commit(lambda: os.write(lines, f"{event.number} {time.time()}\n".encode()) and None)


def produce(count: int, rate: float) -> None:
    """Commit changes with their events from four connections; each commit's moment is noted."""
    store = open_store(load_settings())
    gc.collect()
    gc.freeze()  # as every process of ours does
    committed = os.open(FOLDER / "committed", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    started = time.time()

    def some(first: int) -> None:
        for number in range(first, count, THREADS):
            wait = started + number / rate - time.time() if rate else 0
            if wait > 0:
                time.sleep(wait)
            with store.database.write_session() as session:
                uow = UnitOfWork(session, None, machine_now())
                session.connection().exec_driver_sql("INSERT INTO changes (id) VALUES (%s)", (number,))
                uow.record(Changed(number=number))
                uow.commit()
                os.write(committed, f"{number} {time.time()}\n".encode())
            uow.publish_all(store.pubsub)

    threads = [threading.Thread(target=some, args=(first,)) for first in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(time.time() - started, 0)


if __name__ == "__main__":
    if sys.argv[1] == "produce":
        produce(int(sys.argv[2]), float(sys.argv[3]))
    else:
        load_subscribers()
        (FOLDER / f"ready-{os.getpid()}").touch()
        while not (FOLDER / "gate").exists():
            time.sleep(0.01)
        sys.exit(main(load_settings()))
