"""Waiting for a condition instead of sleeping."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def until(condition: Callable[[], T], *, within: float = 10.0, what: str = "") -> T:
    """Return the first truthy result of `condition`, called every 20 ms. Raises AssertionError when time is up."""
    end = time.monotonic() + within
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > end:
            raise AssertionError(f"not within {within} s: {what or getattr(condition, '__name__', 'condition')}")
        time.sleep(0.02)
