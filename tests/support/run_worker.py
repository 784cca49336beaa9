"""Worker that runs until nothing is left to do."""

from datetime import datetime

from community.core.settings import Settings
from community.core.unit_of_work import UnitOfWorkFactory
from community.features import load_subscribers
from community.processes.worker import Worker

load_subscribers()


def run_until_idle(store: UnitOfWorkFactory, settings: Settings, *, now: datetime) -> None:
    """Step a worker until a pass finds nothing."""
    worker = Worker(store, settings)
    for _ in range(1000):
        if worker.step(now) == 0:
            return
    raise AssertionError("the worker does not come to rest")
