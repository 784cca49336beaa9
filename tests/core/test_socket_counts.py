"""The sockets of a member are counted over all processes, and those of a crashed process are forgotten."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
import redis

from community.core.live.room_feed import SWEEP_SECONDS, SWEEPS_A_HEAD
from community.core.live.socket_counts import EXPIRE_SECONDS, SocketCounts
from community.core.pubsub import PubSub
from tests.support.valkey import Valkey
from tests.support.waiting import until

BEN, CLEO = uuid4(), uuid4()


@pytest.fixture
def valkey() -> Iterator[Valkey]:
    """A server of its own."""
    with Valkey() as server:
        yield server


def process(valkey: Valkey, *, secret: str = "a secret") -> SocketCounts:
    """The counts of one web process."""
    pubsub = PubSub(valkey.url)
    return SocketCounts(lambda: pubsub, secret=lambda: secret, most=3)


def taken(counts: SocketCounts, *sockets: str, member_id: UUID = BEN) -> list[bool]:
    """Whether each of these sockets got a place."""
    surplus = counts.take((member_id, sid) for sid in sockets)
    return [sid not in surplus for sid in sockets]


def cards(valkey: Valkey) -> list[int]:
    """How many sockets each key holds."""
    with redis.Redis.from_url(valkey.url) as client:
        return sorted(client.zcard(key) for key in client.scan_iter())


def test_ben_has_three_sockets_over_two_processes(valkey: Valkey) -> None:
    """A16: each process counted its own."""
    one, other = process(valkey), process(valkey)
    assert taken(one, "a", "b") == [True, True]
    assert taken(other, "c", "d") == [True, False]
    assert taken(one, "e") == [False]
    assert taken(one, "f", member_id=CLEO) == [True]
    other.leave(BEN, "c")
    until(lambda: cards(valkey) == [1, 2], what="the socket to be forgotten")
    assert taken(one, "g", "h") == [True, False]


def test_a_crashed_process_counts_for_a_minute_at_most(valkey: Valkey) -> None:
    """A16: its entries expire, and those that another process refreshes do not."""
    crashed, alive = process(valkey), process(valkey)
    assert taken(crashed, "a", "b") == [True, True]
    assert taken(alive, "c") == [True]
    with redis.Redis.from_url(valkey.url) as client:
        [key] = client.scan_iter()
        now = client.time()[0]
        assert all(now < score <= now + EXPIRE_SECONDS for _, score in client.zrange(key, 0, -1, withscores=True))
        assert 0 < client.ttl(key) <= EXPIRE_SECONDS
        client.zadd(key, dict.fromkeys("abc", now - 1))  # as after a minute
        alive.refresh(lambda: {BEN: ["c"]})
        until(lambda: (client.zscore(key, "c") or 0) > now, what="the refresh")
    assert taken(alive, "d", "e", "f") == [True, True, False]
    assert EXPIRE_SECONDS >= 2 * SWEEP_SECONDS * SWEEPS_A_HEAD, "one refresh may be late"


def test_without_redis_ben_gets_in_and_is_counted_when_it_is_back(valkey: Valkey) -> None:
    """A16: the count of the process holds meanwhile."""
    counts = process(valkey)
    valkey.kill()
    assert taken(counts, "a", "b", "c", "d") == [True] * 4
    valkey.start()

    def is_counted() -> bool:
        counts.refresh(lambda: {BEN: ["a", "b", "c"], CLEO: []})
        return cards(valkey) == [3]

    until(is_counted, within=30, what="the breaker to close and the sockets to be counted")
    assert taken(counts, "e") == [False]


def test_redis_does_not_learn_whose_sockets_they_are(valkey: Valkey) -> None:
    taken(process(valkey), "a")
    taken(process(valkey, secret="another"), "b")
    with redis.Redis.from_url(valkey.url) as client:
        keys = [key.decode() for key in client.scan_iter()]
    assert len(keys) == 2, "the digest is keyed"
    assert not any(str(BEN) in key or BEN.hex in key for key in keys)
