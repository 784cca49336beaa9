"""Processes killed for real, Valkey stopped for real: what was accepted is there, once.

The small size runs with every test; `dev.py prove` runs the full one. A kill comes whenever a further share of the
work is done, so that it always hits a process that works.
"""

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import ColumnElement, func, select

from community.core.outbox.store import OutboxEvent
from community.notifications.models import Notification
from tests.support.demo_server import DemoServer, serve_demo
from tests.support.postgres import Postgres
from tests.support.proof_output import print_figure
from tests.support.waiting import until

pytestmark = pytest.mark.faults

BEN, CLEO = 1, 2
WRITERS = 4
TOLD = "message.posted"


@dataclass(frozen=True)
class Size:
    """How much of it."""

    messages: int
    kills: int


def sizes(small: Size, full: Size) -> pytest.MarkDecorator:
    """The test at its two sizes."""
    proven = pytest.param(full, marks=[pytest.mark.prove, pytest.mark.timeout(900)])
    return pytest.mark.parametrize("size", [small, proven], ids=["small", "full"])


@sizes(Size(messages=20, kills=2), Size(messages=500, kills=20))
def test_workers_are_killed_and_everybody_is_told_once(server: DemoServer, size: Size) -> None:  # F2 N1
    room, first = room_of_two(server)
    started = time.monotonic()
    with Killer(lambda: server.service.kill("community worker"), size, lambda: count_told(server, room)) as killer:
        list(answers(server, room, first, size.messages, writers=1))
        killer.join()
        killed = time.monotonic()
        until(lambda: count_told(server, room) >= size.messages, within=180, what="everybody to be told")
    caught_up = time.monotonic() - killed

    until(lambda: not unfinished(server, room), within=60, what="every event to be done")
    assert announced(server, room) == size.messages
    assert len(told(server, CLEO, room)) == size.messages
    print_figure(
        "F2 N1",
        f"{server.kind}: {size.messages} events, workers killed {killer.times} times ({killer.ended} processes): "
        f"{size.messages} notifications, none lost, none twice; {time.monotonic() - started:.0f} s, "
        f"all told {caught_up:.1f} s after the last kill",
    )


@pytest.mark.daily_on("sqlite")
@sizes(Size(messages=20, kills=2), Size(messages=500, kills=20))
def test_web_is_killed_and_what_was_acknowledged_is_there_without_holes(server: DemoServer, size: Size) -> None:  # F1
    room, first = room_of_two(server)
    acknowledged: list[str] = []
    started = time.monotonic()
    with Killer(lambda: server.service.kill("community web"), size, lambda: len(acknowledged)) as killer:
        acknowledged.extend(answers(server, room, first, size.messages))
        killer.join()

    log = until(lambda: _read(lambda: history(server, room)), within=30)
    assert_whole(log, first, acknowledged, size.messages)
    print_figure(
        "F1",
        f"{server.kind}: {size.messages} messages by {WRITERS} writers, web killed {killer.times} times "
        f"({killer.ended} processes): {len(acknowledged)} acknowledged, all in the history once, "
        f"seq and rev 1..{len(log)} without holes; {time.monotonic() - started:.0f} s",
    )


@pytest.mark.parametrize("seconds", [3, pytest.param(10, marks=pytest.mark.prove)])
def test_valkey_is_gone_for_a_while_and_nothing_is_lost(server: DemoServer, seconds: float) -> None:  # F3 N2
    room, first = room_of_two(server)
    with server.socket(CLEO) as cleo:
        assert cleo.ask("room.open", {"room_id": room})["ok"]
        with Absence(lambda: server.service.kill("valkey-server"), seconds) as absence:
            acknowledged: list[str] = []
            while not absence.is_over:
                acknowledged.extend(answers(server, room, first, 5))
        said, back = len(acknowledged), time.monotonic()
        until(lambda: len(cleo.of("message.posted")) >= said, within=15, what="everything to be shown")
        shown = time.monotonic() - back
        assert [one["seq"] for one in cleo.of("message.posted")] == list(range(2, said + 2))
    until(lambda: not unfinished(server, room), within=30, what="everybody to be told")
    all_told = time.monotonic() - back

    assert_whole(history(server, room), first, acknowledged, said)
    notices = len(told(server, CLEO, room))
    assert notices == announced(server, room)
    print_figure(
        "F3 N2",
        f"{server.kind}: Valkey away for {seconds} s (killed {absence.times} times) during {said} messages in "
        f"{notices} events: none lost, none twice, shown in order; all shown {shown:.1f} s and told {all_told:.1f} s "
        f"after its return",
    )


@pytest.mark.prove
@pytest.mark.timeout(900)
@pytest.mark.parametrize("size", [Size(messages=500, kills=5)], ids=["full"])
def test_postgres_is_killed_and_what_was_acknowledged_is_there(size: Size, tmp_path: Path) -> None:  # F4
    with Postgres(safe=True) as postgres:
        env = {"COMMUNITY_SEND_LIMIT": "off", "DATABASE_URL": postgres.create_database("killed")}
        with serve_demo(tmp_path, members=6, web=2, workers=2, **env) as server:
            room, first = room_of_two(server)
            acknowledged: list[str] = []
            started = time.monotonic()

            def crash() -> int:
                postgres.kill()
                postgres.restart_after_kill()
                return 1

            with Killer(crash, size, lambda: len(acknowledged)) as killer:
                acknowledged.extend(answers(server, room, first, size.messages))
                killer.join()
            back = time.monotonic()

            log = until(lambda: _read(lambda: history(server, room)), within=30)
            assert_whole(log, first, acknowledged, size.messages)
            until(lambda: not unfinished(server, room), within=60, what="everybody to be told")
            all_told = time.monotonic() - back
            notices = len(told(server, CLEO, room))
            assert notices == announced(server, room)
            print_figure(
                "F4",
                f"{size.messages} messages by {WRITERS} writers, PostgreSQL killed {killer.times} times: "
                f"{len(acknowledged)} acknowledged, all in the history once, seq and rev 1..{len(log)} without holes; "
                f"{notices} events, each told once, the last {all_told:.1f} s after the writing; "
                f"{time.monotonic() - started:.0f} s",
            )


class Killer:
    """Kills in the background, each time a further share of the work is done; `join` waits for the last kill."""

    def __init__(self, kill: Callable[[], int], size: Size, done: Callable[[], int]) -> None:
        self.times = 0
        self.ended = 0
        self._kill = kill
        self._size = size
        self._done = done
        self._thread = threading.Thread(target=self._work)

    def __enter__(self) -> "Killer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.join()
        assert self.times == self._size.kills
        assert self.ended >= self.times, "something was there to kill each time"

    def join(self) -> None:
        """Wait for the last kill."""
        self._thread.join()

    def _work(self) -> None:
        share = self._size.messages / (self._size.kills + 1)
        for number in range(1, self._size.kills + 1):
            until(lambda number=number: self._done() >= int(number * share), within=120, what=f"work for kill {number}")
            self.ended += self._kill()
            self.times = number


class Absence:
    """Kills as soon as what was killed is back, for some seconds."""

    def __init__(self, kill: Callable[[], int], seconds: float) -> None:
        self.times = 0
        self._kill = kill
        self._end = time.monotonic() + seconds
        self._thread = threading.Thread(target=self._work)

    def __enter__(self) -> "Absence":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.join()
        assert self.times, "something was there to kill"

    @property
    def is_over(self) -> bool:
        """Whether it may stay alive again."""
        return time.monotonic() > self._end

    def _work(self) -> None:
        while not self.is_over:
            self.times += self._kill()


def room_of_two(server: DemoServer) -> tuple[str, str]:
    """A room with the writers in it, and a first message of Cleo's to answer."""
    room = server.api(0)("POST", "/rooms", {"name": "Room"}).json()["id"]
    for place in range(1, WRITERS + 2):
        assert server.api(place)("PUT", f"/rooms/{room}/membership").status_code == 204
    first = say(server, CLEO, room, {"client_msg_id": str(uuid.uuid4()), "body": "First"})
    return room, first["message"]["id"]


def say(server: DemoServer, place: int, room: str, said: dict[str, Any]) -> Any:
    """Post until it is acknowledged, as a client does; the same id every time."""

    def once() -> Any:
        try:
            answer = server.api(place)("POST", f"/rooms/{room}/messages", said)
        except requests.RequestException:
            return None
        return answer.json() if answer.status_code in (200, 201) else None

    return until(once, within=60, what="the message to be accepted")


def answers(server: DemoServer, room: str, first: str, count: int, *, writers: int = WRITERS) -> Iterator[str]:
    """Ben and others answer Cleo's message, all at once; the ids as they are acknowledged."""
    places = [place for place in range(1, WRITERS + 2) if place != CLEO][:writers]

    def write(number: int) -> str:
        said = {"client_msg_id": str(uuid.uuid4()), "body": f"Answer {number}", "reply_to": first}
        return str(say(server, places[number % writers], room, said)["message"]["id"])

    with ThreadPoolExecutor(writers) as pool:
        yield from pool.map(write, range(count))


def assert_whole(log: list[Any], first: str, acknowledged: list[str], count: int) -> None:
    """The history is the first message and what was acknowledged, once each, without holes."""
    assert [one["seq"] for one in log] == list(range(1, count + 2))
    assert [one["rev"] for one in log] == [one["seq"] for one in log]
    assert len(acknowledged) == count
    assert [one["id"] for one in log[:1]] == [first]
    assert sorted(one["id"] for one in log[1:]) == sorted(acknowledged)


def history(server: DemoServer, room: str) -> list[Any]:
    """The whole log."""
    found: list[Any] = []
    while True:
        after = found[-1]["seq"] if found else 0
        page = server.api(BEN)("GET", f"/rooms/{room}/messages?after_seq={after}&limit=200").json()["messages"]
        if not page:
            return found
        found += page


def told(server: DemoServer, place: int, room: str) -> list[Any]:
    """Everything about the room's messages that somebody was told, through the API."""
    found: list[Any] = []
    cursor = ""
    while True:
        page = server.api(place)("GET", f"/notifications?limit=200{cursor}").json()
        found += [item for item in page["items"] if item["kind"] == TOLD and room in item["url"]]
        if page["next_cursor"] is None:
            return found
        cursor = f"&cursor={page['next_cursor']}"


def count_told(server: DemoServer, room: str) -> int:
    """How often Cleo was told about the room's messages, by the database: it may be asked while web is dead."""
    about = (Notification.kind == TOLD, Notification.url.contains(room))
    with server.database.read_session() as session:
        found = select(func.count()).where(*about, Notification.member_id == uuid.UUID(server.ids[CLEO]))
        return session.scalar(found) or 0


def announced(server: DemoServer, room: str) -> int:
    """How many events tell of the answers; they name each message once. Messages of one commit share an event."""
    with server.database.read_session() as session:
        payloads = session.scalars(select(OutboxEvent.payload).where(*_about(room))).all()
    named = [seq for one in payloads for seq in range(one["first_seq"], one["last_seq"] + 1)]
    assert sorted(named) == list(range(1, len(named) + 1))
    return sum(one["last_seq"] > 1 for one in payloads)


def unfinished(server: DemoServer, room: str) -> int:
    """How many of the room's events are not done."""
    with server.database.read_session() as session:
        return session.scalar(select(func.count()).where(*_about(room), OutboxEvent.state != "done")) or 0


def _about(room: str) -> tuple[ColumnElement[bool], ...]:
    return OutboxEvent.type == TOLD, OutboxEvent.subject == room


def _read(poll: Callable[[], list[Any]]) -> list[Any] | None:
    """What `poll` finds, or nothing while a process is being replaced."""
    try:
        return poll()
    except (requests.RequestException, KeyError):
        return None
