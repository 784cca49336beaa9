"""Hostile and unlucky clients: each is answered or cut, and nobody else notices."""

import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from tests.support.demo_server import DemoServer
from tests.support.proof_output import print_figure
from tests.support.raw_websocket import RawWebSocket
from tests.support.socketio_connection import SocketIOConnection
from tests.support.waiting import until

pytestmark = pytest.mark.faults


def room_of(server: DemoServer, *members: int) -> str:
    """A fresh room with these people in it, besides the coordinator."""
    made: dict[str, Any] = server.api(0)("POST", "/rooms", {"name": "A room"}).json()
    for place in members:
        assert server.api(place)("PUT", f"/rooms/{made['id']}/membership").status_code == 204
    return str(made["id"])


def words(room: str, body: str = "Hello") -> dict[str, Any]:
    """What `message.send` takes."""
    return {"room_id": room, "client_msg_id": str(uuid.uuid4()), "body": body}


WRONG: dict[str, Callable[[RawWebSocket], None]] = {
    "not masked": lambda one: one.frame(b"2", masked=False),
    "an extension": lambda one: one.frame(b"2", first=0xC1),
    "binary": lambda one: one.frame(b"\x00\x01", first=0x82),
    "half a rune": lambda one: one.frame(b"42[\xff\xfe]"),
    "a continuation of nothing": lambda one: one.frame(b"2", first=0x80),
    "a long control frame": lambda one: one.frame(b"x" * 126, first=0x89),
    "64 KiB and one": lambda one: one.frame(b"4" * 65_537),
    "two gigabytes announced": lambda one: one.frame(b"", length=2**31),
    "a message in too many parts": lambda one: (
        [one.frame(b"4", first=0x01)] and [one.frame(b"4", first=0) for _ in range(70)]
    ),
    "no JSON": lambda one: one.say("42[nonsense"),
    "JSON without end": lambda one: one.say("42" + "[" * 30_000),
    "a number too long": lambda one: one.say("42" + "9" * 400 + '["room.open",{}]'),
    "another namespace": lambda one: one.say('42/admin,["room.open",{}]'),
    "binary attachments": lambda one: one.say('451-["room.open",{"_placeholder":true,"num":0}]'),
    "a second sign-in": lambda one: one.say('40{"token":"x"}'),
    "no packet at all": lambda one: one.say("hello"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_client_that_breaks_the_protocol_is_disconnected_alone(server: DemoServer, kind: str) -> None:  # R15 S11
    room = room_of(server, 1)
    with SocketIOConnection(server.service.url, server.tokens[1]) as ben:
        assert ben.ask("room.open", {"room_id": room})["ok"]
        rough = RawWebSocket(server.service.port, server.tokens[2])
        with suppress(OSError):  # cut while it was still talking
            WRONG[kind](rough)
        assert rough.is_cut_within(5)
        assert ben.ask("message.send", words(room))["ok"]
        until(lambda: ben.of("message.posted"))


@pytest.mark.daily_on("postgresql")
def test_a_client_that_never_signs_in_is_disconnected(server: DemoServer) -> None:  # S11
    silent = [RawWebSocket(server.service.port) for _ in range(5)]
    started = time.monotonic()
    assert all(one.is_cut_within(15) for one in silent)
    assert time.monotonic() - started < 13


def test_a_sign_in_that_does_not_hold_is_refused(server: DemoServer) -> None:  # R15
    for auth in ('{"token":"nobody"}', '{"token":5}', "{}", ""):
        rough = RawWebSocket(server.service.port)
        rough.say(f"40{auth}")
        assert b'"sign_in_needed"' in rough.until(b"44{")
        rough.go()


ORIGINS = {
    "none": None,
    "null": "null",
    "evil": "https://evil.example",
    "suffix": "{url}.evil.example",
    "sub-domain": "http://sub.localhost",
    "ours": "{url}",
}


@pytest.mark.parametrize("origin", ORIGINS)
@pytest.mark.parametrize("by", ["cookie", "token"])
def test_only_our_pages_may_use_the_cookie(server: DemoServer, origin: str, by: str) -> None:  # S9
    value = ORIGINS[origin]
    headers = {"Origin": value.format(url=server.service.url)} if value else {}
    if by == "cookie":
        headers["Cookie"] = f"session={server.tokens[1]}"
    allowed = origin == "ours" or (origin == "none" and by == "token")
    try:
        rough = RawWebSocket(server.service.port, server.tokens[1] if by == "token" else None, **headers)
        if by == "cookie":
            rough.say("40")
            assert allowed is (b"40{" in rough.until(b"{"))
        else:
            assert allowed
        rough.go()
    except AssertionError:
        assert not allowed, origin


def test_a_member_has_ten_sockets_and_no_more(server: DemoServer) -> None:  # S11
    pids = server.service.pids("community web")
    assert pids
    sockets: list[RawWebSocket] = []
    refused = 0
    for _ in range(10 * 3 + 1):  # ten in each of three processes at the most
        rough = RawWebSocket(server.service.port)
        rough.say(f'40{{"token":"{server.tokens[3]}"}}')
        refused += b"too_many" in rough.until(b"}")
        sockets.append(rough)
    assert refused >= 1
    for one in sockets:
        one.go()


def test_numbers_of_files_are_used_again_and_nobody_gets_anothers_words(server: DemoServer) -> None:  # R14
    """Sockets come and go as fast as they can, in rooms of their own, while somebody speaks in another."""
    quiet, loud = room_of(server, 4, 5), room_of(server, 1, 6)
    stop = threading.Event()
    heard: list[bytes] = []

    def storm(place: int) -> None:
        while not stop.is_set():
            rough = RawWebSocket(server.service.port, server.tokens[place])
            rough.ask("room.open", {"room_id": quiet})
            heard.append(rough.until(b"431["))
            rough.sock.settimeout(0.005)
            with suppress(OSError):
                heard.append(rough.sock.recv(65_536))
            rough.go()

    with (
        SocketIOConnection(server.service.url, server.tokens[1]) as ben,
        SocketIOConnection(server.service.url, server.tokens[6]) as dov,
    ):
        for one in (ben, dov):
            assert one.ask("room.open", {"room_id": loud})["ok"]
        threads = [threading.Thread(target=storm, args=(place,)) for place in (4, 5)]
        for thread in threads:
            thread.start()
        for number in range(40):
            assert ben.ask("message.send", words(loud, f"Loud {number}"))["ok"]
        stop.set()
        for thread in threads:
            thread.join()
        until(lambda: len(dov.of("message.posted")) == 40, what="everything to arrive")
        assert [one["seq"] for one in dov.of("message.posted")] == list(range(1, 41))
    assert len(heard) > 20
    assert not [one for one in heard if b"Loud" in one]


@pytest.mark.daily_on("postgresql")
@pytest.mark.parametrize("people", [6, pytest.param(50, marks=pytest.mark.prove)])
def test_a_client_that_never_reads_is_disconnected_and_costs_little(server: DemoServer, people: int) -> None:  # F10 S12
    room = room_of(server, 1, 2, *range(3, 3 + people))
    with (
        SocketIOConnection(server.service.url, server.tokens[1]) as ben,
        SocketIOConnection(server.service.url, server.tokens[2]) as cleo,
    ):
        for one in (ben, cleo):
            assert one.ask("room.open", {"room_id": room})["ok"]
        ben.ask("message.send", words(room))
        before = paces(ben, room, count=20)
        stuck = [
            RawWebSocket(server.service.port, server.tokens[place], receive_buffer=4096)
            for place in range(3, 3 + people)
        ]
        for one in stuck:
            one.ask("room.open", {"room_id": room})
            one.until(b"431[")
        memory = resident(server)
        said = 0
        started = time.monotonic()
        with crowding(server, room) as sent:
            during = paces(ben, room, count=20)
            until(lambda: all(is_cut(one) for one in stuck), within=40, what="all of them to be cut")
            seconds = time.monotonic() - started
        said = sent[0]
        grown = (resident(server) - memory) / people
        until(lambda: len(cleo.of("message.posted")) >= said, within=30, what="everything to arrive at who reads")
    assert grown < 1_000, f"{grown} KB each"
    print_figure(
        "F10 S12",
        f"{server.kind}: {people} who never read are cut {seconds:.1f} s after a flood of {said} messages began, "
        f"{grown:.0f} KB each; p95 of others {before * 1000:.0f} ms before, {during * 1000:.0f} ms during",
    )


def paces(wire: SocketIOConnection, room: str, *, count: int) -> float:
    """The 95th percentile of so many messages, one after the other, in seconds."""
    taken = []
    for number in range(count):
        started = time.monotonic()
        assert wire.ask("message.send", words(room, f"Pace {number}"))["ok"]
        taken.append(time.monotonic() - started)
    return sorted(taken)[int(count * 0.95) - 1]


@contextmanager
def crowding(server: DemoServer, room: str) -> Iterator[list[int]]:
    """Long messages, one after the other, until it is enough."""
    stop, sent = threading.Event(), [0]
    with SocketIOConnection(server.service.url, server.tokens[2]) as cleo:

        def flood() -> None:
            while not stop.is_set():
                assert cleo.ask("message.send", words(room, "x" * 3900))["ok"]
                sent[0] += 1

        thread = threading.Thread(target=flood)
        thread.start()
        yield sent
        stop.set()
        thread.join()


def is_cut(one: RawWebSocket) -> bool:
    """Whether the server has reset it; nothing is read, so that it stays somebody who never reads."""
    state = one.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)
    return state[0] in (7, 8)  # closed, or closed by the other side


def resident(server: DemoServer) -> float:
    """Kilobytes that the web processes hold."""
    total = 0.0
    for pid in server.service.pids("community web"):
        status = Path(f"/proc/{pid}/status").read_text()
        total += float(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")))
    return total


def test_the_same_frame_again_and_again_is_one_message(server: DemoServer) -> None:  # F16 R1
    room = room_of(server, 1)
    said = words(room, "Once")
    rough = RawWebSocket(server.service.port, server.tokens[1])
    for number in range(1, 30):
        rough.ask("message.send", said, number)
    seen = rough.until(b"4329[")
    while seen.count(b'"duplicate":') < 29:
        seen += rough.until(b"duplicate")
    assert seen.count(b'"duplicate":false') == 1
    rough.go()
    page = server.api(1)("GET", f"/rooms/{room}/messages").json()
    assert [one["body"] for one in page["messages"]] == ["Once"]


def test_haste_is_answered_with_a_time_to_wait_and_then_cut(server: DemoServer) -> None:  # S11
    """Typing is limited for everybody, also where messages are not."""
    room = room_of(server, 1, 2)
    rough = RawWebSocket(server.service.port, server.tokens[2])
    with SocketIOConnection(server.service.url, server.tokens[1]) as ben:
        assert ben.ask("room.open", {"room_id": room})["ok"]
        for number in range(1, 400):
            try:
                rough.ask("room.typing", {"room_id": room}, number)
            except OSError:
                break
        assert b"too_many" in rough.until(b"retry_after")
        assert rough.is_cut_within(30)
        assert ben.ask("message.send", words(room))["ok"]
