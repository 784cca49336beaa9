"""Write lock: bounds the number of concurrent writers without blocking the event loop.

SQLite has one writer. A greenlet that waits inside `sqlite3` for another's lock blocks the whole event loop, and with
it the very commit it waits for. Writers therefore queue here: first for a place in this process (cooperative when
gevent has patched it), then on `flock` of a side file, waited for in the hub's thread pool.

PostgreSQL allows many writers, and a crowd that wants one row would take every connection of the pool to wait for it:
readers would wait, too, and a writer that is overtaken often enough runs into the lock timeout. There the lock has a
few places in each process, and no side file.
"""

import fcntl
import os
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from community.core.errors import ServiceUnavailable

P = ParamSpec("P")
T = TypeVar("T")

MAX_WAIT_SECONDS = 30.0  # 500 answers to one date took 13 s on one slow core


def run_in_threadpool(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run blocking work without stopping the hub: in its thread pool under gevent, directly otherwise."""
    monkey = sys.modules.get("gevent.monkey")
    if monkey is None or not monkey.is_module_patched("threading"):
        return work(*args, **kwargs)
    from gevent import get_hub

    result: T = get_hub().threadpool.apply(work, args, kwargs)
    return result


class OffloadingConnection(sqlite3.Connection):
    """A connection whose commits (an fsync each) run in the hub's thread pool."""

    def commit(self) -> None:
        if self.in_transaction:
            run_in_threadpool(super().commit)


class WriteLock:
    """Lock for `places` writing transactions of this process at a time, or for one over all that share a side file."""

    def __init__(self, side_file: Path | None = None, *, places: int = 1) -> None:
        self._side_file = side_file
        self._places = threading.Semaphore(places)
        self._fd: int | None = None
        self._pid = 0

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """Hold a place. Raises ServiceUnavailable when there is none for MAX_WAIT_SECONDS."""
        if not self._places.acquire(timeout=MAX_WAIT_SECONDS):
            raise ServiceUnavailable
        try:
            with self._alone():
                yield
        finally:
            self._places.release()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        if self._side_file is None:
            yield
            return
        fd = self._open_side_file(self._side_file)
        self._flock(fd)
        try:
            yield
        finally:
            fcntl.flock(fd, fcntl.LOCK_UN)

    def _open_side_file(self, path: Path) -> int:
        if self._fd is None or self._pid != os.getpid():  # a lock must not be shared with a forked parent
            try:
                self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            except OSError as error:  # a full or read-only disk: like the database itself, away for now
                raise ServiceUnavailable from error
            self._pid = os.getpid()
        return self._fd

    def _flock(self, fd: int) -> None:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            run_in_threadpool(_wait_for, fd)


def _wait_for(fd: int) -> Any:
    return fcntl.flock(fd, fcntl.LOCK_EX)
