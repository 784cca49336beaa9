"""Periodic jobs of the workers: each is one outbox row that schedules itself again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from community.core.events import Event, Priority
from community.core.outbox.subscriptions import handlers

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, kw_only=True)
class PeriodicJobDue(Event, name="periodic_job.due", priority=Priority.TIMED):
    """A periodic job is due; `kind` is its name."""

    kind: str


@dataclass(frozen=True)
class PeriodicJob:
    """A periodic job. `work` gets a unit of work without an actor, and returns whether there is more to do at once."""

    name: str
    every: timedelta
    work: Callable[[Any], object]

    @property
    def key(self) -> str:
        """The key of its row in the outbox."""
        return f"timer:{self.name}"


class PeriodicJobs:
    """Registry of periodic jobs by name. Each is one outbox row, so one worker at a time has it."""

    def __init__(self) -> None:
        self._timers: dict[str, PeriodicJob] = {}

    def every(self, seconds: float) -> Callable[[F], F]:
        """Register the decorated function, which gets a unit of work."""

        def register(work: F) -> F:
            name = f"{work.__module__}.{work.__qualname__}"
            self._timers[name] = PeriodicJob(name, timedelta(seconds=seconds), work)
            return work

        return register

    def all(self) -> tuple[PeriodicJob, ...]:
        """Return every job, in the order they were registered."""
        return tuple(self._timers.values())

    def named(self, name: str) -> PeriodicJob | None:
        """Return the job of this name, or None when there is no such job any longer."""
        return self._timers.get(name)


periodic = PeriodicJobs()


@handlers.on(PeriodicJobDue)
def run_timer(uow: Any, event: PeriodicJobDue) -> None:
    """Run a job and schedule its next time; at once when there is more to do."""
    timer = periodic.named(event.kind)
    if timer is None:
        return
    has_more = timer.work(uow) is True
    uow.schedule(uow.now if has_more else uow.now + timer.every, event, key=timer.key)
