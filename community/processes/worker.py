"""A notification worker: takes events from the outbox, tells people, and sends what is due.

`step(now)` does one pass and is what tests call; `run(stop)` loops. A ring of the bell starts a pass at once; without
any ring the sweep does, every two seconds. A pass never fails as a whole: an event that cannot be handled goes back
with its reason, and a database that is away is waited for.
"""

import signal
import sys
import threading
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from community.app import load_subscribers, open_store
from community.console.actions import keep_list
from community.core import claims, logs, outbox
from community.core.bell import EVENTS
from community.core.claims import Claim
from community.core.errors import Busy
from community.core.events import event_types, load_event
from community.core.metrics import EVENT_SECONDS, EVENTS_SEEN
from community.core.settings import Settings, load_settings
from community.core.subscribers import TimerDue, as_list, notices, reactions, tasks, timers
from community.core.unit_of_work import Store, UnitOfWork, utc_now
from community.notifications.delivery import Post
from community.notifications.fanout import fan_out
from community.notifications.media.inapp import show_due

log = structlog.get_logger()

SWEEP_SECONDS = 2.0
SHORTEST_WAIT_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 5.0
BATCH = 50
MAILS_A_PASS = 20
AWAY = (DBAPIError, PoolTimeout, Busy)


class Worker:
    """One worker on a store."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._post = Post(store, settings)
        self._knows_timers = False
        self._wake = threading.Event()

    def step(self, now: datetime | None = None) -> int:
        """One pass: events, also those planned for now, then what is due to be told. How many things were seen to."""
        if not self._knows_timers:
            self._plan_timers(now)
        seen = self._events(now)
        with self._store.unit_of_work(now=now) as uow:
            seen += show_due(uow)
        for _ in range(MAILS_A_PASS):
            outcome = self._post.send_next(now=now or utc_now())
            if outcome is None:
                break
            seen += 1
            if outcome.is_unreachable:
                break
        return seen

    def run(self, stop: threading.Event) -> None:
        """Work until told to stop."""
        listener = threading.Thread(target=self._listen, args=(stop,), daemon=True)
        listener.start()
        pause = 0.2
        while not stop.is_set():
            try:
                seen = self.step()
                pause = 0.2
            except AWAY as error:
                log.warning("worker.database_away", error=type(error).__name__)
                stop.wait(pause)
                pause = min(LONGEST_PAUSE_SECONDS, pause * 2)
                continue
            if not seen:
                self._wake.wait(self._seconds_to_wait())
                self._wake.clear()
        self._wake.set()

    def wake(self) -> None:
        """Start a pass now."""
        self._wake.set()

    def _listen(self, stop: threading.Event) -> None:
        self._store.bell.listen(EVENTS, on_ring=lambda *_: self.wake(), on_subscribed=self.wake, stop=stop)

    def _seconds_to_wait(self) -> float:
        """Until something is due, but not longer than to the next sweep."""
        try:
            with self._store.reading() as look:
                due_at = claims.next_due(look.session)
        except AWAY:
            return SWEEP_SECONDS
        if due_at is None:
            return SWEEP_SECONDS
        return min(SWEEP_SECONDS, max(SHORTEST_WAIT_SECONDS, (due_at - utc_now()).total_seconds()))

    def _plan_timers(self, now: datetime | None) -> None:
        """Every timer is due when a worker starts; one that died is tried again."""
        with self._store.unit_of_work(now=now) as uow:
            for timer in timers.all():
                outbox.plan_again(uow.session, TimerDue(kind=timer.name), key=timer.key, now=uow.now)
        self._knows_timers = True

    def _events(self, now: datetime | None) -> int:
        at = now or utc_now()
        with self._store.unit_of_work(now=at) as uow:
            fresh = claims.claim_fresh(uow.session, now=at, most=BATCH)
        for index, claim in enumerate(fresh):
            if index and index % 10 == 0:
                with self._store.unit_of_work(now=now) as uow:
                    claims.keep(uow.session, fresh[index:], now=uow.now)
            self._handle(claim, now)
        return len(fresh) + self._tried_event(now)

    def _tried_event(self, now: datetime | None) -> int:
        """One event that was tried before, alone."""
        at = now or utc_now()
        with self._store.unit_of_work(now=at) as uow:
            for event_id, event_type in claims.bury_killers(uow.session, now=at):
                log.error("event.dead", event_id=str(event_id), event_type=event_type, reason=claims.WORKER_ENDED)
            tried = claims.claim_retried(uow.session, now=at)
        for claim in tried:
            self._handle(claim, now)
        return len(tried)

    def _handle(self, claim: Claim, now: datetime | None) -> None:
        try:
            with self._store.unit_of_work(now=now) as uow:
                if not claims.hold(uow.session, claim, now=uow.now):
                    return
                see_to(uow, claim)
                claims.finish(uow.session, claim, now=uow.now)
        except AWAY:
            raise
        except Exception as error:  # one event's failure is its own; the rest goes on
            log.error("event.failed", event_id=str(claim.id), event_type=claim.type, exc_info=error)
            with self._store.unit_of_work(now=now) as uow:
                is_dead = claims.put_back(uow.session, claim, error=type(error).__name__, now=uow.now)
            EVENTS_SEEN.labels(claim.type, "dead" if is_dead else "failed").inc()
            return
        EVENTS_SEEN.labels(claim.type, "done").inc()
        if claim.key is None:
            EVENT_SECONDS.labels(claim.type).observe(max(0.0, (utc_now() - claim.created_at).total_seconds()))


def see_to(uow: UnitOfWork, claim: Claim) -> None:
    """Let everybody hear of an event who listens: notices and tasks become rows,
    reactions act. An unknown type is nobody's.
    """
    if claim.type not in event_types():
        return
    event = load_event(claim.type, claim.payload)
    for notice in notices.for_event(event):
        fan_out(uow, event_id=claim.id, event_type=claim.type, told=as_list(notice(uow.session, event)))
    for task in tasks.for_event(event):
        keep_list(uow, event_type=claim.type, told=as_list(task(uow.session, event)))
    for reaction in reactions.for_event(event):
        reaction(uow, event)


@timers.every(3600)
def forget_finished(uow: UnitOfWork) -> None:
    """Finished events are kept for a week."""
    outbox.forget_finished(uow.session, before=uow.now - timedelta(days=7), most=10_000)


def main(settings: Settings) -> int:
    """Run one worker until SIGTERM or SIGINT."""
    logs.set_up(level=settings.log_level, process="worker")
    load_subscribers()
    stop = threading.Event()
    worker = Worker(open_store(settings), settings)

    def end(*_: object) -> None:
        stop.set()
        worker.wake()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    worker.run(stop)
    return 0


if __name__ == "__main__":
    sys.exit(main(load_settings()))
