"""Processing of leased events: notifications and staff tasks become rows, handlers run, and the event is marked done,
all in one commit.

Events whose listeners lock nothing share a transaction for some milliseconds: a crowd of them costs few commits. No
commit waits for the disk: after a power cut the rows say what is to be done again. When one event fails, the
transaction is rolled back, that event is released with its reason, and the others are processed again without it: no
event loses an attempt to another's failure.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from time import monotonic

import structlog
from sqlalchemy.exc import DBAPIError

from community.console.actions.tasks import update_tasks
from community.core.database_errors import is_database_unavailable
from community.core.events import event_types, load_event
from community.core.metrics import EVENT_SECONDS, EVENTS_SEEN, known
from community.core.outbox import leases
from community.core.outbox.leases import Claim
from community.core.outbox.periodic import PeriodicJobDue
from community.core.outbox.subscriptions import as_list, handlers, notify, staff_tasks
from community.core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from community.notifications.inbox.fanout import fan_out
from community.processes.watchdog import HandlerTimeout, Watchdog

log = structlog.get_logger()

MAX_BATCH = 100
HANDLER_SECONDS = 3.0
TIMER_SECONDS = 60.0


class EventProcessor:
    """Events that one worker has leased, and their processing."""

    def __init__(self, store: UnitOfWorkFactory, patience: Watchdog, clock: leases.DatabaseClock) -> None:
        self._store = store
        self._patience = patience
        self._clock = clock
        # SQLite has one writer: all others wait meanwhile.
        self._seconds, self._min_batch = (0.015, 8) if store.database.is_sqlite else (0.05, 25)
        self._at_once = self._min_batch
        self.held: list[Claim] = []

    def process(self, taken: Sequence[Claim], *, now: datetime | None, is_stopping: Callable[[], bool]) -> None:
        """Process leased events. Those not begun when the worker stops, or the database goes away, stay in `held`."""
        self.held += taken
        while self.held and not is_stopping():
            first = self.held[0]
            sharing = [claim for claim in self.held if not _wants_alone(claim)][: self._at_once]
            self._together([first] if _wants_alone(first) else sharing, now)

    def _together(self, group: Sequence[Claim], now: datetime | None) -> None:
        current: Claim | None = None
        try:
            with self._store.unit_of_work(now=now, durable=False) as uow:
                still_ours = leases.lock_claimed(uow.session, group)
                ours = [claim for claim in group if claim.id in still_ours]
                started = monotonic()  # what a transaction costs anyway is the same for any number
                for claim in ours:
                    current = claim
                    with self._patience.of(TIMER_SECONDS if claim.type == PeriodicJobDue.name else HANDLER_SECONDS):
                        process(uow, claim)
                        uow.session.flush()
                current = None
                seconds = max(1e-6, monotonic() - started)
                leases.mark_done(uow.session, ours, now=uow.now)
        except (Exception, HandlerTimeout) as error:
            self._settle(group, current, error, now)
            return
        quick = min(MAX_BATCH, 2 * self._at_once, int(len(group) * self._seconds / seconds))
        self._at_once = max(self._min_batch, quick)
        self._let_go(group)
        for claim in ours:
            self._count(claim, "done")

    def _settle(
        self, group: Sequence[Claim], current: Claim | None, error: BaseException, now: datetime | None
    ) -> None:
        """Release the event that failed. In a group that held locks together any may be at fault: then each is retried
        alone.
        """
        if is_database_unavailable(error):
            raise error
        if len(group) > 1 and (current is None or isinstance(error, DBAPIError)):
            for claim in group:
                self._together([claim], now)
            return
        blamed = current or group[0]
        log.error("event.failed", event_id=str(blamed.id), event_type=blamed.type, exc_info=error)
        with self._store.unit_of_work(now=now) as uow:
            is_dead = leases.retry_or_dead_letter(
                uow.session, blamed, error=type(error).__name__, now=now or self._clock.now(uow.session)
            )
        self._let_go([blamed])
        self._count(blamed, "dead" if is_dead else "failed")

    def _count(self, claim: Claim, result: str) -> None:
        event_type = known(claim.type, event_types())
        EVENTS_SEEN.labels(event_type, result).inc()
        if result == "done":
            waited = self._store.clock() - claim.due_at
            EVENT_SECONDS.labels(event_type).observe(max(0.0, waited.total_seconds()))

    def _let_go(self, gone: Sequence[Claim]) -> None:
        ids = {claim.id for claim in gone}
        self.held = [claim for claim in self.held if claim.id not in ids]


def process(uow: UnitOfWork, claim: Claim) -> None:
    """Run the listeners of an event. Events of unknown types have none."""
    if claim.type not in event_types():
        return
    event = load_event(claim.type, claim.payload)
    for notice in notify.for_event(event):
        specs = as_list(notice(uow, event))
        fan_out(uow, event_id=claim.id, event_type=claim.type, specs=specs, facts=claim.payload)
    for task in staff_tasks.for_event(event):
        update_tasks(uow, event_type=claim.type, changes=as_list(task(uow, event)))
    for reaction in handlers.for_event(event):
        reaction(uow, event)


def _wants_alone(claim: Claim) -> bool:
    return claim.attempts > 1 or handlers.needs_own_transaction(claim.type)
