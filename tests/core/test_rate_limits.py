"""Rates: so many at once, then as they come free."""

import pytest

from community.core.errors import RateLimited
from community.core.rate_limits import MAX_KEYS, TokenBucket


def test_so_many_at_once_and_then_one_at_a_time() -> None:
    rate = TokenBucket(3, 30.0)
    for _ in range(3):
        rate.try_consume("ben", at=0.0)
    with pytest.raises(RateLimited) as refused:
        rate.try_consume("ben", at=0.0)
    assert refused.value.retry_after == pytest.approx(10.0, abs=0.2)
    rate.try_consume("ben", at=10.1)
    assert rate.retry_after("ben", at=10.1) > 0


def test_one_member_does_not_use_up_anothers() -> None:
    rate = TokenBucket(1, 60.0)
    rate.try_consume("ben", at=0.0)
    rate.try_consume("cleo", at=0.0)


def test_a_rest_fills_up_no_further_than_full() -> None:
    rate = TokenBucket(2, 2.0)
    assert [rate.retry_after("ben", at=1000.0) == 0 for _ in range(3)] == [True, True, False]


def test_memory_is_bounded() -> None:
    rate = TokenBucket(1, 60.0)
    for number in range(MAX_KEYS + 500):
        rate.retry_after(number, at=0.0)
    assert len(rate._buckets) <= MAX_KEYS
