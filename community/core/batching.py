"""Doing together what arrives together: the one way in which commits, openings, sign-ins and rings are shared.

There is no timer. What arrives while nothing runs is begun at once; what arrives while a round runs is taken by the
next round as one batch. So alone everything is as quick as it can be, and the more there is, the less each costs.
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
        self._most = most
        self._lock = threading.Lock()
        self._waiting: list[T] = []
        self._runs = False

    def add(self, item: T) -> None:
        """Have this done. Does not wait."""
        with self._lock:
            self._waiting.append(item)
            begins, self._runs = not self._runs, True
        if begins:
            _thread.start_new_thread(self._rounds, ())

    def _rounds(self) -> None:
        while True:
            with self._lock:
                batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
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
    """Work that may wait, done by a few at a time: one thing of each owner in turn, an owner's own things in order."""

    def __init__(self, *, hands: int = 32) -> None:
        self._hands = hands
        self._at_work = 0
        self._lock = threading.Lock()
        self._owners: deque[Hashable] = deque()
        self._waiting: dict[Hashable, deque[Callable[[], None]]] = {}

    def add(self, owner: Hashable, work: Callable[[], None]) -> None:
        """Have this done after what the owner asked for before. Does not wait; `work` must not raise."""
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
