"""Rate limits over all web processes: counted in Redis, or in each process while Redis is away.

The strategy is the sliding window counter of the `limits` library. Its script is sent through `PubSub.ask`, which
serves every form of REDIS_URL (TLS, unix sockets, Sentinel), gives up after 120 ms and has the circuit breaker; the
library's own client would need a second pool and a breaker for the same. While Redis is away the library counts in
memory: each process then allows the full number.

Keys are keyed digests, so Redis learns nothing of whose they are. They name the strategy: another one keeps other types
under its keys.
"""

import math
from collections.abc import Hashable, Sequence

from limits import RateLimitItemPerSecond
from limits.storage import MemoryStorage, RedisStorage

from community.core.crypto.cipher import keyed_digest
from community.core.errors import RateLimited
from community.core.pubsub import PubSub

# The scripts of the library: (previous, current) are their keys.
TAKE = RedisStorage.SCRIPT_ACQUIRE_SLIDING_WINDOW.decode()
SLIDING_WINDOW_SCRIPT = RedisStorage.SCRIPT_SLIDING_WINDOW.decode()

PREFIX = "community.rates.sliding-window-counter"
Window = tuple[
    int, float, int, float
]  # the previous count and its seconds left, the current count and its seconds left


class SharedRate:
    """A limit of `count` in `seconds` for each key. `name` separates the keys of one limit from those of another."""

    def __init__(self, name: str, count: int, seconds: int) -> None:
        self._name = name
        self._item = RateLimitItemPerSecond(count, seconds, namespace=PREFIX)
        self._memory = MemoryStorage()

    def take(self, key: Hashable, *, pubsub: PubSub, secret: str) -> None:
        """Use one. Raises RateLimited with the seconds until the next is free."""
        if not all(self.take_each([key], pubsub=pubsub, secret=secret)):
            raise RateLimited(retry_after=self.wait(key, pubsub=pubsub, secret=secret))

    def take_each(self, keys: Sequence[Hashable], *, pubsub: PubSub, secret: str) -> list[bool]:
        """Use one for each key, in one round trip. Returns for each whether there was one.

        A key that is given twice uses two. `secret` keys the digests.
        """
        names = [self._name_of(key, secret) for key in keys]
        amount, seconds = self._item.amount, self._item.get_expiry()
        commands = [_evaluate(TAKE, name, str(amount), str(seconds), "1") for name in names]
        answers = pubsub.ask(commands) if commands else []
        if answers is None:
            return [self._memory.acquire_sliding_window_entry(name, amount, seconds) for name in names]
        return [bool(answer) for answer in answers]

    def wait(self, key: Hashable, *, pubsub: PubSub, secret: str) -> float:
        """Return the seconds until the next is free. Uses none."""
        name, seconds = self._name_of(key, secret), self._item.get_expiry()
        answers = pubsub.ask([_evaluate(SLIDING_WINDOW_SCRIPT, name, str(seconds))])
        if answers is None:
            return self._wait_of(self._memory.get_sliding_window(name, seconds))
        previous, previous_ms, current, current_ms = (max(int(one or 0), 0) for one in answers[0])
        return self._wait_of((previous, previous_ms / 1000, current, current_ms / 1000))

    def _name_of(self, key: Hashable, secret: str) -> str:
        return self._item.key_for(keyed_digest(secret, "rates", f"{self._name}:{key}"))

    def _wait_of(self, window: Window) -> float:
        """Return the seconds until the weighted count leaves room for one more.

        The previous window weighs as much as is left of it. The current one lives for two windows, and becomes the
        previous one after the first.
        """
        previous, previous_left, current, current_left = window
        most, seconds = self._item.amount, self._item.get_expiry()
        if current < most and previous:
            wait = previous_left - (most - current) * seconds / previous
        else:
            wait = current_left - seconds + max(0.0, seconds - most * seconds / max(current, 1))
        return math.ceil(max(wait, 0.0) * 10 + 1) / 10


def _evaluate(script: str, name: str, *values: str) -> tuple[str, ...]:
    return ("EVAL", script, "2", f"{{{name}}}/-1", f"{{{name}}}", *values)
