"""Batching: items that arrive while a round runs are processed together in the next one.

There is no timer. An item that arrives while nothing runs starts a round at once. A single item is therefore as fast as
it can be, and the more items there are, the less each costs.
"""

import _thread
import threading
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")


class Batcher(Generic[T]):
    """Rounds of one kind of work. `work` gets up to `most` items, in their order, and must not raise."""

    def __init__(self, work: Callable[[Sequence[T]], None], *, most: int = 200) -> None:
        self._work = work
        self._max_size = most
        self._lock = threading.Lock()
        self._waiting: list[T] = []
        self._runs = False

    def add(self, item: T) -> None:
        """Add an item to the next round. Does not wait."""
        with self._lock:
            self._waiting.append(item)
            begins, self._runs = not self._runs, True
        if begins:
            _thread.start_new_thread(self._rounds, ())

    def _rounds(self) -> None:
        while True:
            with self._lock:
                batch, self._waiting = self._waiting[: self._max_size], self._waiting[self._max_size :]
                self._runs = bool(batch)
            if not batch:
                return
            try:
                self._work(batch)
            except BaseException:
                with self._lock:
                    self._runs = False  # whoever comes next begins anew
                raise


class FairQueue:
    """A queue with a few workers that takes one job of each owner in turn, and an owner's jobs in order."""

    def __init__(self, *, hands: int = 32) -> None:
        self._hands = hands
        self._at_work = 0
        self._lock = threading.Lock()
        self._owners: deque[Hashable] = deque()
        self._waiting: dict[Hashable, deque[Callable[[], None]]] = {}

    def add(self, owner: Hashable, work: Callable[[], None]) -> None:
        """Run a job after what the owner added before. Does not wait; the job must not raise."""
        with self._lock:
            if owner not in self._waiting:
                self._waiting[owner] = deque()
                self._owners.append(owner)
            self._waiting[owner].append(work)
            if self._at_work >= self._hands:
                return
            self._at_work += 1
        _thread.start_new_thread(self._work, ())

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._owners:
                    self._at_work -= 1
                    return
                owner = self._owners.popleft()
                work = self._waiting[owner].popleft()
            work()
            with self._lock:
                if self._waiting[owner]:
                    self._owners.append(owner)
                else:
                    del self._waiting[owner]
