"""Waiting for a condition instead of for a while."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def until(condition: Callable[[], T], *, within: float = 10.0, what: str = "") -> T:
    """The first truthy answer of `condition`, asked every 20 ms. Raises AssertionError after `within` seconds."""
    end = time.monotonic() + within
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > end:
            raise AssertionError(f"not within {within} s: {what or getattr(condition, '__name__', 'condition')}")
        time.sleep(0.02)
