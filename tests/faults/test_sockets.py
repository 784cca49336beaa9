"""Sockets over three web processes: what rooms promise across them, under kills, without Redis, for every client."""

import json
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest

from community.core.clock import machine_now
from community.members.models import Sanction
from tests.faults.conftest import LEAVER
from tests.faults.test_raw_websockets import room_of, words
from tests.support.demo_server import DemoServer
from tests.support.proof_output import print_figure
from tests.support.raw_websocket import RawWebSocket
from tests.support.service import ROOT
from tests.support.socketio_connection import SocketIOConnection
from tests.support.waiting import until

pytestmark = pytest.mark.faults


def wire(server: DemoServer, place: int) -> SocketIOConnection:
    """A socket of the person at a place, on whichever process takes it."""
    return SocketIOConnection(server.service.url, server.tokens[place])


def everybody_on_every_process(server: DemoServer, place: int) -> list[SocketIOConnection]:
    """Six sockets of one person: with three processes on one port, no one process has them all."""
    return [wire(server, place) for _ in range(6)]


def test_one_id_on_many_sockets_at_once_is_one_message(server: DemoServer) -> None:  # R1 R2 F16
    room = room_of(server, 1, 2)
    said = words(room, "Once")
    senders = everybody_on_every_process(server, 1)
    with wire(server, 2) as cleo:
        assert cleo.ask("room.open", {"room_id": room})["ok"]
        with ThreadPoolExecutor(12) as pool:
            answers = list(pool.map(lambda number: senders[number % 6].ask("message.send", said), range(48)))
        assert {one["message"]["id"] for one in answers} == {answers[0]["message"]["id"]}
        assert sum(not one["duplicate"] for one in answers) == 1
        other = senders[0].ask("message.send", {**said, "body": "Another"})
        assert other["error"]["code"] == "idempotency_conflict"
        senders[1].ask("message.send", words(room, "Last"))
        until(lambda: len(cleo.of("message.posted")) == 2)
        assert [one["body"] for one in cleo.of("message.posted")] == ["Once", "Last"]
    for one in senders:
        one.hang_up()


@pytest.mark.parametrize(
    ("writers", "each"), [(4, 10), pytest.param(20, 500, marks=[pytest.mark.prove, pytest.mark.timeout(900)])]
)
def test_readers_everywhere_get_the_order_of_the_log(server: DemoServer, writers: int, each: int) -> None:  # R3 R4 R5
    places = list(range(1, writers + 1))
    room = room_of(server, *places)
    readers = everybody_on_every_process(server, 1)
    for one in readers:
        assert one.ask("room.open", {"room_id": room})["ok"]
    started = time.monotonic()

    def write(place: int) -> None:
        with wire(server, place) as mine:
            for number in range(each):
                assert mine.ask("message.send", words(room, f"{place}: {number}"))["ok"]

    threads = [threading.Thread(target=write, args=(place,)) for place in places]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.monotonic() - started
    for one in readers:
        until(lambda one=one: len(one.of("message.posted")) >= writers * each, within=30, what="everything")
        got = one.of("message.posted")
        assert [(message["seq"], message["rev"]) for message in got] == [(n, n) for n in range(1, writers * each + 1)]
        one.hang_up()
    print_figure(
        "R3 R5",
        f"{server.kind}: {writers} writers x {each} over 3 processes in {seconds:.0f} s: "
        f"seq 1..{writers * each} without holes, six readers got it in this order, each once",
    )


@pytest.mark.parametrize(("messages", "drops"), [(40, 6), pytest.param(5000, 100, marks=pytest.mark.prove)])
@pytest.mark.timeout(900)
def test_a_client_that_drops_again_and_again_misses_nothing(
    server: DemoServer, messages: int, drops: int
) -> None:  # R5 F1
    room = room_of(server, 1, 2)
    done = threading.Event()

    def write() -> None:
        with wire(server, 1) as ben:
            for number in range(messages):
                assert ben.ask("message.send", words(room, str(number)))["ok"]
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    log: dict[int, Any] = {}
    times = 0
    while not done.is_set() or len(log) < messages or times < drops:
        with wire(server, 2) as cleo:
            opened = catch_up(cleo, room, log)
            assert opened["head_seq"] >= len(log)
            seen = len(log)
            if times < drops and not done.is_set():
                until(lambda cleo=cleo: cleo.of("message.posted") or done.is_set(), within=20)
            for message in cleo.of("message.posted"):
                if message["seq"] > len(log):
                    assert message["seq"] == len(log) + 1, f"a hole after {len(log)} (opened at {seen})"
                    log[message["seq"]] = message
        times += 1
    writer.join()
    assert [log[seq]["body"] for seq in sorted(log)] == [str(number) for number in range(messages)]
    print_figure(
        "R5", f"{server.kind}: dropped {times} times during {messages} messages: none missed, doubled or out of order"
    )


def catch_up(one: SocketIOConnection, room: str, log: dict[int, Any]) -> Any:
    """Open the room from where the log ends, page by page."""
    while True:
        opened = one.ask("room.open", {"room_id": room, "since_seq": len(log), "since_rev": len(log)})
        assert opened["ok"]
        for message in opened["messages"]:
            assert message["seq"] == len(log) + 1
            log[message["seq"]] = message
        if not opened["more"]:
            return opened


def test_a_removed_member_gets_nothing_from_any_process(server: DemoServer) -> None:  # R14 S8
    room = room_of(server, 1, 2, 3)
    gone, stays = everybody_on_every_process(server, 2), wire(server, 3)
    for one in (*gone, stays):
        assert one.ask("room.open", {"room_id": room})["ok"]
    with wire(server, 1) as ben:
        ben.ask("message.send", words(room, "Before"))
        for one in (*gone, stays):
            until(lambda one=one: one.of("message.posted"))
        assert server.api(2)("DELETE", f"/rooms/{room}/membership").status_code == 204
        for number in range(3):
            ben.ask("message.send", words(room, f"After {number}"))
        until(lambda: len(stays.of("message.posted")) == 4)
        server.api(1)("PATCH", f"/messages/{stays.of('message.posted')[0]['id']}", {"body": "Changed"})
        until(lambda: stays.of("message.changed"))
    for one in (*gone, stays):
        one.hang_up()
    assert [[message["body"] for message in one.of("message.posted")] for one in gone] == [["Before"]] * 6
    assert not [one for one in gone if one.of("message.changed")]


def test_without_redis_a_block_and_a_farewell_hold_within_five_seconds(server: DemoServer) -> None:  # R13 R14 S8 F3
    room = room_of(server, 4, 5, LEAVER)
    server.service.kill("valkey-server")  # it is back within a second; what was rung meanwhile is lost
    ended = wire(server, LEAVER)
    signed_in = server.api(LEAVER)("GET", "/sessions").json()["items"]
    current = next(one["id"] for one in signed_in if one["current"])
    with wire(server, 4) as ben, wire(server, 5) as cleo:
        for one in (ben, cleo, ended):
            assert one.ask("room.open", {"room_id": room})["ok"]
        assert server.api(4)("PUT", f"/members/{server.ids[5]}/block").status_code < 300
        cleo.ask("message.send", words(room, "You will not read this"))
        [seen] = until(lambda: ben.of("message.posted"), within=6)
        assert (seen["removed"], seen["body"], seen["author"]) == (True, None, None)
        server.service.kill("valkey-server")
        assert server.api(LEAVER)("DELETE", f"/sessions/{current}").status_code < 300
        until(lambda: ended.of("session.ended"), within=7, what="the socket to be closed")
        assert ended.of("session.ended") == [{"code": "session_ended"}]
    ended.hang_up()
    server.api(4)("DELETE", f"/members/{server.ids[5]}/block")


@pytest.mark.daily_on("postgresql")
def test_a_member_banned_from_a_room_sees_no_more_of_it(server: DemoServer) -> None:  # R14 S8
    """By a measure that rang no bell and moved no version: the sweep finds it."""
    room = room_of(server, 7, 8)
    with wire(server, 7) as ben, wire(server, 8) as cleo:
        for one in (ben, cleo):
            assert one.ask("room.open", {"room_id": room})["ok"]
        ben.ask("message.send", words(room, "Before"))
        until(lambda: cleo.of("message.posted"))
        with server.database.write_session() as session:
            ban = Sanction(member_id=UUID(server.ids[8]), kind="room_ban", room_id=UUID(room), reason="")
            ban.imposed_by, ban.starts_at = UUID(server.ids[0]), machine_now()
            session.add(ban)
            session.commit()
        until(lambda: not cleo.ask("room.open", {"room_id": room})["ok"])
        started = time.monotonic()
        while time.monotonic() < started + 6:  # a sweep and a little
            ben.ask("message.send", words(room, "After"))
        seen, said = len(cleo.of("message.posted")), len(ben.of("message.posted"))
        for _ in range(3):
            ben.ask("message.send", words(room, "Later"))
        until(lambda: len(ben.of("message.posted")) == said + 3)
        assert len(cleo.of("message.posted")) == seen < said


def test_a_lost_tail_shows_within_a_heartbeat(server: DemoServer) -> None:  # R6
    """The last message of a burst is rung while Redis is away, and nothing follows."""
    room = room_of(server, 1, 2)
    readers = everybody_on_every_process(server, 2)
    for one in readers:
        assert one.ask("room.open", {"room_id": room})["ok"]
    server.service.kill("valkey-server")
    with wire(server, 1) as ben:
        assert ben.ask("message.send", words(room, "The last one"))["ok"]
    for one in readers:
        until(lambda one=one: one.of("message.posted"), within=20, what="the last message")
        one.hang_up()


def test_the_official_client_sees_the_same(server: DemoServer) -> None:  # R1 R3
    room = room_of(server, 1, 2)
    with wire(server, 2) as cleo:
        assert cleo.ask("room.open", {"room_id": room})["ok"]
        script = ROOT / "tests/support/official_client.mjs"
        process = subprocess.Popen(
            ["node", str(script), server.service.url, server.tokens[1], room, "5"], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout
        lines: list[Any] = []
        for line in process.stdout:
            lines.append(json.loads(line))
            if lines[-1][0] == "done":
                break
        until(lambda: len(cleo.of("message.posted")) == 5)
        process.terminate()
        process.wait(10)
        process.stdout.close()
    of = {kind: [value for name, value in lines if name == kind] for kind in ("opened", "said", "unknown")}
    assert (of["opened"][0]["ok"], of["opened"][0]["messages"], of["opened"][0]["more"]) == (True, [], False)
    assert [one["message"]["seq"] for one in of["said"]] == [1, 2, 3, 4, 5]
    assert of["unknown"][0]["error"]["code"] == "malformed"
    theirs = [value for name, value in lines if name == "message.posted"]
    assert theirs == cleo.of("message.posted")[: len(theirs)]
    assert [one["body"] for one in cleo.of("message.posted")] == [
        f"From the browser's library: {n} 🌿" for n in range(5)
    ]


@pytest.mark.daily_on("sqlite")
def test_a_herd_comes_back_and_has_missed_nothing(server: DemoServer) -> None:  # F9
    """All at once, right after every web process was killed; five thousand do so in `test_herd.py`."""
    people = 50
    room = room_of(server, *range(1, 60))
    with wire(server, 1) as ben:
        ben.ask("message.send", words(room, "Before the fall"))
    server.service.kill("community web")
    until(lambda: is_up(server), within=60, what="the service to be back")
    slowest = [0.0]
    stop = threading.Event()

    def look() -> None:
        while not stop.is_set():
            started = time.monotonic()
            server.api(1)("GET", "/rooms")
            slowest[0] = max(slowest[0], time.monotonic() - started)

    looker = threading.Thread(target=look)
    looker.start()
    started = time.monotonic()
    with ThreadPoolExecutor(min(people, 100)) as pool:
        seen = list(pool.map(lambda number: come_back(server, 1 + number % 59, room), range(people)))
    seconds = time.monotonic() - started
    stop.set()
    looker.join()
    assert all("Before the fall" in one for one in seen)
    assert seconds < 30
    print_figure(
        "F9", f"{server.kind}: {people} are back in {seconds:.1f} s, others waited {slowest[0]:.2f} s at the most"
    )


def come_back(server: DemoServer, place: int, room: str) -> str:
    """Connect, open the room from nothing, and hang up; what was given."""
    rough = RawWebSocket(server.service.port, server.tokens[place])
    rough.ask("room.open", {"room_id": room, "since_seq": 0, "since_rev": 0})
    given = rough.until(b'"more":false').decode(errors="replace")
    rough.go()
    return given


def is_up(server: DemoServer) -> bool:
    """Whether a request is answered by processes that were started anew."""
    try:
        return bool(server.api(1)("GET", "/me").status_code == 200)
    except OSError:
        return False
