"""Watchdog for work that does not end: interrupts it, and if that does not help, ends the process.

The event that hung counts as tried. When the process had to end, its leases run out and other workers take over.
"""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import structlog

log = structlog.get_logger()

GRACE_SECONDS = 1.0


class HandlerTimeout(KeyboardInterrupt):
    """The work was interrupted. Not an Exception: no listener may catch it, and psycopg cancels its query for it."""


class Watchdog:
    """Watcher of the main thread's work, in a thread of its own. Does nothing in any other thread, as in tests."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._until: float | None = None
        self._next_check_at: float | None = None  # when the watcher looks next, if it does by itself
        self._is_armed = False
        self._main = threading.main_thread()
        self._may_interrupt = False

    def begin(self) -> None:
        """Start watching. Call it in the main thread: it takes over SIGALRM."""
        signal.signal(signal.SIGALRM, self._interrupt)
        self._may_interrupt = True
        threading.Thread(target=self._watch, daemon=True).start()

    @contextmanager
    def of(self, seconds: float) -> Iterator[None]:
        """Interrupt the block with HandlerTimeout when it takes longer."""
        if not self._may_interrupt or threading.current_thread() is not self._main:
            yield
            return
        self._set(time.monotonic() + seconds)
        try:
            yield
        finally:
            self._set(None)

    def _set(self, until: float | None) -> None:
        """Wake the watcher only when it would check too late: waking it for every event cost more than the event."""
        with self._changed:
            self._until = until
            self._is_armed = until is not None
            if until is not None and (self._next_check_at is None or until < self._next_check_at):
                self._changed.notify()

    def _watch(self) -> None:
        while True:
            with self._changed:
                self._next_check_at = self._until
                if self._until is None:
                    self._changed.wait()
                    continue
                left = self._until - time.monotonic()
                if left > 0:
                    self._changed.wait(left)
                    continue
                watched = self._until
            signal.pthread_kill(self._main.ident or 0, signal.SIGALRM)
            time.sleep(GRACE_SECONDS)
            with self._changed:
                is_stuck = self._until == watched
            if is_stuck:
                log.critical("worker.hung", after_seconds=GRACE_SECONDS)
                os.kill(os.getpid(), signal.SIGKILL)

    def _interrupt(self, _signal: int, _frame: FrameType | None) -> None:
        if self._is_armed:
            self._is_armed = False
            raise HandlerTimeout
