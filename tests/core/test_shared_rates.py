"""Rates over all web processes: one count in Redis, and one in each process while Redis is away."""

import threading
from collections.abc import Iterator

import pytest
import redis

from community.core.errors import RateLimited
from community.core.pubsub import PubSub
from community.core.shared_rates import SharedRate
from community.core.unit_of_work import UnitOfWorkFactory
from community.members.actions.password_changes import WrongPassword, change_password
from tests.factories import Cast
from tests.support.valkey import Valkey
from tests.support.waiting import until

SECRET = "a-secret-for-tests-that-is-long-enough-0123456789"


@pytest.fixture
def valkey() -> Iterator[Valkey]:
    """A server of its own."""
    with Valkey() as server:
        yield server


class Process:
    """The rate of one web process, with a bell of its own: three an hour."""

    def __init__(self, url: str | None) -> None:
        self.rate, self.pubsub = SharedRate("tests", 3, 3600), PubSub(url)

    def take(self, key: str, times: int = 1) -> list[bool]:
        """Use so many; whether there was each."""
        return self.rate.take_each([key] * times, pubsub=self.pubsub, secret=SECRET)

    def refusal(self, key: str) -> RateLimited:
        """The refusal of one more."""
        with pytest.raises(RateLimited) as refused:
            self.rate.take(key, pubsub=self.pubsub, secret=SECRET)
        return refused.value


def test_three_processes_have_one_count(valkey: Valkey) -> None:
    """A16: each process counted by itself."""
    processes = [Process(valkey.url) for _ in range(3)]
    assert [one.take("ben") for one in processes] == [[True]] * 3
    assert [one.take("ben") for one in processes] == [[False]] * 3
    assert processes[0].take("cleo", 4) == [True, True, True, False]
    assert 3500 < (processes[1].refusal("ben").retry_after or 0) <= 3602


def test_uses_at_the_same_instant_are_counted_exactly(valkey: Valkey) -> None:
    processes, taken = [Process(valkey.url) for _ in range(6)], []
    start = threading.Barrier(6)

    def take(process: Process) -> None:
        start.wait()
        taken.extend(process.take("ben", 2))

    threads = [threading.Thread(target=take, args=(one,)) for one in processes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(taken) == 3


@pytest.mark.parametrize("away", ["killed", "frozen", "never there"])
def test_without_redis_each_process_counts_by_itself(valkey: Valkey, away: str) -> None:
    """A16: a member is bounded then, too, and nobody waits."""
    one, other = (Process(None if away == "never there" else valkey.url) for _ in range(2))
    if away == "killed":
        valkey.kill()
    elif away == "frozen":
        valkey.freeze()
    assert one.take("ben", 4) == [True, True, True, False]
    assert other.take("ben", 4) == [True, True, True, False]
    assert 0 < (one.refusal("ben").retry_after or 0) <= 3602
    if away == "frozen":
        valkey.thaw()


def test_the_count_is_shared_again_when_redis_is_back(valkey: Valkey) -> None:
    one, other = Process(valkey.url), Process(valkey.url)
    valkey.kill()
    assert one.take("ben", 4)[-1] is False
    valkey.start()
    until(one.pubsub.ping, what="Valkey to answer")
    until(lambda: one.pubsub.ask([("PING",)]) is not None, within=30, what="the breaker to close")
    until(lambda: other.pubsub.ask([("PING",)]) is not None, within=30, what="the breaker to close")
    assert one.take("ben", 2) + other.take("ben", 2) == [True, True, True, False]


def test_keys_are_keyed_digests_and_expire(valkey: Valkey) -> None:
    Process(valkey.url).take("ben@example.org")
    process = Process(valkey.url)
    process.rate.take_each(["ben@example.org"], pubsub=process.pubsub, secret="another")
    with redis.Redis.from_url(valkey.url) as client:
        keys = [key.decode() for key in client.scan_iter()]
        assert len(keys) == 2, "the digest is keyed"
        assert not any("ben" in key for key in keys)
        assert all("sliding-window-counter" in key for key in keys)
        assert all(0 < client.ttl(key) <= 7200 for key in keys)


def test_ben_tries_ten_passwords_over_two_processes(valkey: Valkey, store: UnitOfWorkFactory, cast: Cast) -> None:
    """A16: whoever found a session open could try ten passwords in each process."""
    stores = [
        UnitOfWorkFactory(store.database, PubSub(valkey.url), secrets=(SECRET,), clock=store.clock) for _ in range(2)
    ]

    def attempt(number: int) -> None:
        password = {"current_password": f"guess {number}", "password": "four quiet words here"}
        change_password(stores[number % 2], cast.ben, service="Afterward", **password)

    for number in range(10):
        with pytest.raises(WrongPassword):
            attempt(number)
    for number in range(2):
        with pytest.raises(RateLimited):
            attempt(number)
