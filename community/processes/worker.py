"""Notification worker: processes outbox events, and sends what is due.

`step(now)` does one pass and is what tests call. `run(stop)` loops, and sends mail and push in a thread of its own: a
slow mail server delays no event. A Redis message starts a pass at once; without any the sweep does, every two seconds,
and scheduled events are processed at their moment. The worker waits for a database that is away.
"""

import gc
import signal
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from time import monotonic

import structlog

from community.core import logging_setup
from community.core.database_errors import is_database_unavailable
from community.core.events import Priority
from community.core.metrics import EVENTS_STORED, OLDEST_DUE
from community.core.outbox import dead_letters, leases, selection
from community.core.outbox import store as outbox_store
from community.core.outbox.periodic import PeriodicJobDue, periodic
from community.core.outbox.selection import PATIENT, URGENT, Due
from community.core.pubsub import EVENTS
from community.core.settings import Settings
from community.core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from community.features import load_subscribers, open_store
from community.notifications.delivery.due import is_anything_due, oldest_due
from community.notifications.delivery.sender import DeliverySender
from community.notifications.inbox.timed_notifications import show_due
from community.processes.event_processing import EventProcessor
from community.processes.watchdog import Watchdog

log = structlog.get_logger()

SWEEP_SECONDS = 2.0
MIN_WAIT_SECONDS = 0.1
MAX_PAUSE_SECONDS = 5.0
BATCH = 100
PATIENT_BATCH = 25  # few, so that what is urgent waits little behind what is not
PATIENT_EVERY_SECONDS = 0.05
URGENT_EVERY_SECONDS = 0.004  # what comes thick is taken a few at a time: each pass costs as much as many events
NOTIFY_EVERY_SECONDS = 0.1
FULL_CHECK_SECONDS = 30.0
TIMERS_EVERY_SECONDS = 600.0
BATCHES_A_PASS = 10
LAST_MAIL_SECONDS = 3.0
KEPT = timedelta(days=7)
KEYED_KEPT = timedelta(days=35)
FORGOTTEN = 2_000


class Worker:
    """A worker on one database."""

    def __init__(self, store: UnitOfWorkFactory, settings: Settings) -> None:
        self._store = store
        self._post = DeliverySender(store, settings)
        self._patience = Watchdog()
        self._clock = leases.DatabaseClock(store.clock)
        self._handling = EventProcessor(store, self._patience, self._clock)
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._has_news = threading.Event()
        self._timers_planned = -TIMERS_EVERY_SECONDS
        self._has_patient_work = False
        self._due_at: datetime | None = None
        self._takes_at_once = not store.database.is_sqlite  # there a look first keeps others from waiting for nothing
        self._urgent_every = URGENT_EVERY_SECONDS * (1 if self._takes_at_once else 2)
        self._last_notified = self._began = self._was_patient = 0.0
        self._last_full_check = -FULL_CHECK_SECONDS

    def step(self, now: datetime | None = None) -> int:
        """Do one pass: events, also those scheduled for now, then due deliveries. Returns how many were processed."""
        return self._see_to_events(now) + self._log_failure(now)

    def run(self, stop: threading.Event) -> None:
        """Work until asked to stop. Call it in the main thread."""
        self._stop = stop
        self._patience.begin()
        listener_options = {"on_message": self._on_message, "on_subscribed": self.wake, "stop": self._stop}
        threading.Thread(target=self._store.pubsub.listen, args=(EVENTS,), kwargs=listener_options, daemon=True).start()
        notifier = threading.Thread(
            target=self._loop, args=(self._sweep, self._has_news, lambda: SWEEP_SECONDS), daemon=True
        )
        notifier.start()
        self._loop(self._see_to_anew, self._wake, self._until_due)
        self._has_news.set()
        self._give_back()
        notifier.join(LAST_MAIL_SECONDS)

    def wake(self) -> None:
        """Start a pass now."""
        self._wake.set()

    def _loop(self, work: Callable[[], int], wake: threading.Event, seconds_to_wait: Callable[[], float]) -> None:
        """Work while there is work, and wait for Redis or the clock; wait longer while the database is away."""
        pause = 0.2
        while not self._stop.is_set():
            try:
                wake.clear()
                if not work():
                    wake.wait(seconds_to_wait())
                pause = 0.2
            except Exception as error:
                if not is_database_unavailable(error):
                    log.exception("worker.failed")
                else:
                    log.warning("worker.database_away", error=type(error).__name__)
                self._stop.wait(pause)
                pause = min(MAX_PAUSE_SECONDS, pause * 2)

    def _on_message(self, *_: object) -> None:
        """Start a pass, and let further messages come in one go: receiving each costs as much as its event."""
        if not self._wake.is_set():
            self.wake()
            self._stop.wait(self._urgent_every)

    def _see_to_anew(self) -> int:
        self._stop.wait(max(0.0, self._began + self._urgent_every - monotonic()))
        self._began = monotonic()
        self._wake.clear()
        seen = self._see_to_events(None)
        if seen:
            self._has_news.set()
        return seen

    def _sweep(self) -> int:
        """Not more often than needed: mail and push gain nothing from a tenth of a second, and others want to write."""
        self._stop.wait(max(0.0, self._last_notified + NOTIFY_EVERY_SECONDS - monotonic()))
        self._last_notified = monotonic()
        return self._log_failure(None)

    def _until_due(self) -> float:
        """Return the seconds until something is due, as of the last full pass, at most until the next sweep."""
        if self._due_at is None:
            return SWEEP_SECONDS
        return min(SWEEP_SECONDS, max(MIN_WAIT_SECONDS, (self._due_at - self._store.clock()).total_seconds()))

    def _see_to_events(self, now: datetime | None) -> int:
        self._give_back()
        self._plan_timers(now)
        found = None if self._takes_at_once else self._peek(now)
        seen = self._fresh(URGENT, BATCH, now) if found is None or found.urgent or now else 0
        is_too_soon = monotonic() - self._was_patient < PATIENT_EVERY_SECONDS
        if now is None and is_too_soon and not (self._has_patient_work and not seen):
            return seen
        found = found or self._peek(now)
        patient = self._fresh(PATIENT, PATIENT_BATCH, now) if found.patient or now else 0
        patient += self._tried(now) if found.tried or now else 0
        self._was_patient, self._has_patient_work = monotonic(), patient > 0
        return seen + patient

    def _peek(self, now: datetime | None) -> Due:
        with self._store.read_context(now=now) as ctx:
            found = selection.peek(ctx.session, now=ctx.now, leases_at=now or self._clock.now(ctx.session))
        self._due_at = found.next_at
        return found

    def _fresh(self, urgencies: Sequence[Priority], most: int, now: datetime | None) -> int:
        with self._store.unit_of_work(now=now, durable=False, at_once=True) as uow:
            lease_from = now or self._clock.now(uow.session)
            taken = leases.claim_new(uow.session, now=uow.now, most=most, urgencies=urgencies, lease_from=lease_from)
        self._handling.process(taken, now=now, is_stopping=self._stop.is_set)
        return len(taken)

    def _tried(self, now: datetime | None) -> int:
        """Process one event that was tried before, alone."""
        with self._store.unit_of_work(now=now, durable=False) as uow:
            at = now or self._clock.now(uow.session)
            for event_id, event_type in leases.dead_letter_crashed(uow.session, now=at):
                log.error("event.dead", event_id=str(event_id), event_type=event_type, reason=leases.WORKER_ENDED)
            taken = leases.claim_retries(uow.session, now=at)
        self._handling.process(taken, now=now, is_stopping=self._stop.is_set)
        return len(taken)

    def _give_back(self) -> None:
        """Release what is still leased: the database was away, or the worker stops."""
        if self._handling.held:
            with self._store.unit_of_work() as uow:
                leases.release(uow.session, self._handling.held, now=min(uow.now, self._clock.now(uow.session)))
            self._handling.held = []

    def _plan_timers(self, now: datetime | None) -> None:
        """Make every periodic job due when a worker starts. One that died is tried again after a while."""
        if monotonic() - self._timers_planned < TIMERS_EVERY_SECONDS:
            return
        is_start = self._timers_planned < 0
        with self._store.unit_of_work(now=now) as uow:
            for timer in periodic.all():
                event = PeriodicJobDue(kind=timer.name)
                outbox_store.reschedule(uow.session, event, key=timer.key, now=uow.now, only_dead=not is_start)
        self._timers_planned = monotonic()

    def _is_full_check_due(self) -> bool:
        if monotonic() - self._last_full_check < FULL_CHECK_SECONDS:
            with self._store.read_context() as ctx:
                return is_anything_due(ctx.session, now=ctx.now)
        self._last_full_check = monotonic()
        return True

    def _log_failure(self, now: datetime | None) -> int:
        """Show what is due in the app, and send what is due elsewhere."""
        if now is None and not self._is_full_check_due():
            return 0
        with self._store.unit_of_work(now=now, durable=False) as uow:
            seen = show_due(uow)
        for _ in range(BATCHES_A_PASS):
            sent = 0 if self._stop.is_set() else self._post.send_some(now=now or self._store.clock())
            seen += sent
            if not sent:
                break
        return seen


@periodic.every(86_400)
def forget_finished(uow: UnitOfWork) -> bool:
    """Delete events that were done a week ago, and those with a key five weeks ago, which guards against repeats."""
    gone = outbox_store.purge_done(
        uow.session, before=uow.now - KEPT, keyed_before=uow.now - KEYED_KEPT, most=FORGOTTEN
    )
    return gone == FORGOTTEN


@periodic.every(15)
def measure(uow: UnitOfWork) -> None:
    """Update the gauges of how many events wait and since when."""
    seen = dead_letters.standing(uow.session, now=uow.now)
    mail_due = oldest_due(uow.session, now=uow.now)
    for state, count in (("due", seen.due), ("planned", seen.planned), ("dead", seen.dead)):
        EVENTS_STORED.labels(state).set(count)
    for what, since in (("event", seen.due_since), ("mail", mail_due)):
        OLDEST_DUE.labels(what).set((uow.now - since).total_seconds() if since else 0)


def main(settings: Settings) -> int:
    """Run one worker until SIGTERM or SIGINT."""
    logging_setup.set_up(level=settings.log_level, process="worker", is_production=settings.is_production)
    load_subscribers()
    gc.freeze()  # what is loaded stays; garbage is not sought in it
    gc.enable()
    stop = threading.Event()
    worker = Worker(open_store(settings), settings)

    def end(*_: object) -> None:
        stop.set()
        worker.wake()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    worker.run(stop)
    return 0
