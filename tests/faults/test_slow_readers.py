"""People who never read, against people who do: what others feel of the difference."""

import select
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any

import pytest

from tests.faults.test_raw_websockets import is_cut, resident, room_of, words
from tests.support.demo_server import DemoServer
from tests.support.proof_output import print_figure
from tests.support.raw_websocket import RawWebSocket

pytestmark = pytest.mark.faults

ROUNDS = 9
FLOOD_A_SECOND, ROUND_SECONDS = 60, 6.0


@pytest.mark.prove
@pytest.mark.timeout(900)
def test_others_do_not_feel_fifty_who_never_read(server: DemoServer) -> None:  # F10 S12
    """The same flood again and again, in turn to fifty who read and to fifty who never do; others write meanwhile.

    What is compared stands side by side in one round, and the median of all rounds counts: one p99 alone says more of
    the machine than of the service.
    """
    people = list(range(3, 53))
    calm = percentile_99(others_feel(server, room_of(server, 1, 2)))
    rounds: list[tuple[float, Stuck]] = []
    for number in range(ROUNDS):
        if number % 2:  # neither is always the first
            stuck = never_read(server, people)
            rounds.append((all_read(server, people), stuck))
        else:
            rounds.append((all_read(server, people), never_read(server, people)))
    usual, during = median(one for one, _ in rounds), median(stuck.felt for _, stuck in rounds)
    rise = median(stuck.felt / one for one, stuck in rounds) - 1
    cut, grown = max(stuck.seconds for _, stuck in rounds), max(stuck.grown for _, stuck in rounds)
    print_figure(
        "F10 S12",
        f"{server.kind}: {ROUNDS} rounds of {len(people)} who never read: cut {cut:.1f} s after a flood began at the "
        f"latest, {grown:.0f} KB each at the most; p99 of others {during * 1000:.1f} ms meanwhile, "
        f"{usual * 1000:.1f} ms while fifty read ({rise:+.0%}), {calm * 1000:.1f} ms without a flood",
    )
    assert 0 < cut < 10
    assert grown < 1_000, "KB each"
    assert rise < 0.2


@dataclass
class Stuck:
    """A round with people who never read: seconds until all were cut, KB that each cost, the p99 of others."""

    seconds: float
    grown: float
    felt: float


def all_read(server: DemoServer, people: list[int]) -> float:
    """Flood a room with these people in it, who read all of it; the p99 of somebody else."""
    room = room_of(server, 1, 2, *people)
    crowd = [entered(server, place, room) for place in people]
    with read_out(crowd), flooding(server, room):
        return percentile_99(others_feel(server, room))


def never_read(server: DemoServer, people: list[int]) -> Stuck:
    """Flood a room with these people in it, who never read, until all are cut."""
    room = room_of(server, 1, 2, *people)
    crowd = [entered(server, place, room, receive_buffer=4096) for place in people]
    before, started, seconds = resident(server), time.monotonic(), [0.0]

    def all_are_cut() -> bool:
        if not seconds[0] and all(is_cut(one) for one in crowd):
            seconds[0] = time.monotonic() - started
        return bool(seconds[0])

    with flooding(server, room):
        felt = percentile_99(others_feel(server, room, until_so=all_are_cut))
    grown = (resident(server) - before) / len(people)
    for one in crowd:
        one.go()
    assert seconds[0], "somebody who never read was not cut"
    return Stuck(seconds[0], grown, felt)


def entered(server: DemoServer, place: int, room: str, **more: Any) -> RawWebSocket:
    """Somebody who has the room open."""
    one = RawWebSocket(server.service.port, server.tokens[place], **more)
    one.ask("room.open", {"room_id": room})
    one.until(b"431[")
    return one


def others_feel(server: DemoServer, room: str, *, until_so: Callable[[], bool] | None = None) -> list[float]:
    """Somebody else writes all the time; the seconds until each of their messages was shown to them."""
    ben, taken = entered(server, 1, room), []
    end = time.monotonic() + (20 if until_so else ROUND_SECONDS)
    while time.monotonic() < end and not (until_so and until_so()):
        said = words(room, "Pace")
        started = time.monotonic()
        ben.ask("message.send", said, 2)
        ben.until(said["client_msg_id"].encode())
        taken.append(time.monotonic() - started)
        time.sleep(0.005)  # to write is not all that people do
    ben.go()
    return taken


def percentile_99(taken: list[float]) -> float:
    """Of a hundred, ninety-nine were not longer."""
    return sorted(taken)[int(len(taken) * 0.99) - 1]


@contextmanager
def flooding(server: DemoServer, room: str) -> Iterator[None]:
    """Long messages at an even pace, as long as this lasts."""
    cleo, stop = RawWebSocket(server.service.port, server.tokens[2]), threading.Event()

    def flood() -> None:
        due = time.monotonic()
        while not stop.wait(max(0.0, due - time.monotonic())):
            cleo.ask("message.send", words(room, "x" * 3900), 3)
            due += 1 / FLOOD_A_SECOND
            while select.select([cleo.sock], [], [], 0)[0]:
                assert cleo.sock.recv(65_536)

    thread = threading.Thread(target=flood)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
        cleo.go()


@contextmanager
def read_out(crowd: list[RawWebSocket]) -> Iterator[None]:
    """Everybody reads whatever comes, and goes when this ends."""
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            for sock in select.select([one.sock for one in crowd], [], [], 0.1)[0]:
                sock.recv(1 << 18)

    thread = threading.Thread(target=read)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
        for one in crowd:
            one.go()
