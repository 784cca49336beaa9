"""Rate limits: how much of something one member or address may do in a time, counted in this process.

Limits over all web processes are a `SharedRate` (`shared_rates.py`), a quota in the database (`quotas.py`), or counted
with the messages themselves (`rooms/engine/message_rate.py`). A `TokenBucket` costs nothing and may come before them.
"""

import threading
import time
from collections import OrderedDict

from community.core.errors import RateLimited

MAX_KEYS = 50_000


class TokenBucket:
    """A token bucket for each key: `count` at once, refilled evenly over `seconds`."""

    def __init__(self, count: int, seconds: float) -> None:
        self.count = count
        self.seconds = seconds
        self._buckets: OrderedDict[object, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def try_consume(self, key: object, *, at: float | None = None) -> None:
        """Use one. Raises RateLimited with the seconds until the next is free. `at` is a monotonic clock's reading."""
        wait = self.retry_after(key, at=at)
        if wait > 0:
            raise RateLimited(retry_after=round(wait + 0.05, 1))

    def retry_after(self, key: object, *, at: float | None = None) -> float:
        """Use one and return 0.0, or return the seconds until the next is free."""
        at = time.monotonic() if at is None else at
        with self._lock:
            left, since = self._buckets.pop(key, (float(self.count), at))
            left = min(float(self.count), left + (at - since) * self.count / self.seconds)
            wait = 0.0 if left >= 1 else (1 - left) * self.seconds / self.count
            self._buckets[key] = (left - 1 if wait == 0.0 else left, at)
            if len(self._buckets) > MAX_KEYS:
                self._buckets.popitem(last=False)
        return wait
