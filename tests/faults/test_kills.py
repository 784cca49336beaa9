"""Processes killed for real, Valkey stopped for real: what was accepted is there, once. F1 F2 F3.

The small size runs with every test; `dev.py prove` runs the full one.
"""

import csv
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.support.postgres import Postgres
from tests.support.service import Service
from tests.support.waiting import until

pytestmark = [pytest.mark.faults, pytest.mark.xdist_group("faults")]


@dataclass(frozen=True)
class Size:
    """How much of it."""

    messages: int
    kills: int


SMALL = Size(messages=20, kills=2)
FULL = Size(messages=500, kills=20)
SIZES = [SMALL, pytest.param(FULL, marks=[pytest.mark.prove, pytest.mark.timeout(900)])]


@dataclass
class Town:
    """The served demo and its tokens."""

    service: Service
    tokens: list[str]
    ids: list[str]


@pytest.fixture(params=["sqlite", "postgresql"])
def town(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:
    """Two web processes and two workers, on each database."""
    env = {"COMMUNITY_SEND_LIMIT": "off"}
    if request.param == "postgresql":
        env["DATABASE_URL"] = request.getfixturevalue("postgres").create_database(f"kills_{uuid.uuid4().hex[:8]}")
    yield from _serve(tmp_path, env)


def _serve(folder: Path, env: dict[str, str]) -> Iterator[Town]:
    service = Service(folder, web=2, workers=2, **env)
    service.community("demo", "--members", "6", "--tokens", str(folder / "tokens.csv"))
    rows = list(csv.reader((folder / "tokens.csv").open()))
    with service:
        yield Town(service, [row[2] for row in rows], [row[1] for row in rows])


def room_of_two(town: Town) -> tuple[str, str]:
    """A room with the second and third member, and a first message to answer."""
    room = town.service.api(town.tokens[0])("POST", "/rooms", {"name": "Room"}).json()["id"]
    for token in town.tokens[1:3]:
        assert town.service.api(token)("PUT", f"/rooms/{room}/membership").status_code == 204
    first = say(town, 2, room, {"client_msg_id": str(uuid.uuid4()), "body": "First"})
    return room, first["message"]["id"]


def say(town: Town, place: int, room: str, said: dict[str, Any]) -> Any:
    """Post until it is acknowledged, as a client does; the same id every time."""

    def once() -> Any:
        try:
            answer = town.service.api(town.tokens[place])("POST", f"/rooms/{room}/messages", said)
        except requests.RequestException:
            return None
        return answer.json() if answer.status_code in (200, 201) else None

    return until(once, within=60, what="the message to be accepted")


def kill_often(kill: Callable[[], Any], times: int, stop: threading.Event) -> threading.Thread:
    """Kill, and again when what was killed is back, in the background."""

    def work() -> None:
        for _ in range(times):
            if stop.wait(0.7):
                return
            kill()

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def answers(town: Town, room: str, first: str, count: int) -> list[str]:
    """The second member answers the third's message; the ids that were acknowledged."""
    ids = []
    for number in range(count):
        said = {"client_msg_id": str(uuid.uuid4()), "body": f"Answer {number}", "reply_to": first}
        ids.append(say(town, 1, room, said)["message"]["id"])
    return ids


def history(town: Town, room: str) -> list[Any]:
    """The whole log."""
    found: list[Any] = []
    while True:
        after = found[-1]["seq"] if found else 0
        api = town.service.api(town.tokens[1])
        page = api("GET", f"/rooms/{room}/messages?after_seq={after}&limit=200").json()["messages"]
        if not page:
            return found
        found += page


def told(town: Town, place: int, kind: str) -> list[Any]:
    """Everything of a kind that somebody was told."""
    found: list[Any] = []
    cursor = ""
    while True:
        page = town.service.api(town.tokens[place])("GET", f"/notifications?limit=200{cursor}").json()
        found += [item for item in page["items"] if item["kind"] == kind]
        if page["next_cursor"] is None:
            return found
        cursor = f"&cursor={page['next_cursor']}"


@pytest.mark.parametrize("size", SIZES, ids=["small", "full"])
def test_workers_are_killed_and_everybody_is_told_once(town: Town, size: Size) -> None:  # F2 N1
    room, first = room_of_two(town)
    stop = threading.Event()
    killer = kill_often(lambda: town.service.kill("community worker"), size.kills, stop)

    answers(town, room, first, size.messages)
    killer.join()

    until(lambda: len(told(town, 2, "message.posted")) >= size.messages, within=120, what="everybody to be told")
    assert len(told(town, 2, "message.posted")) == size.messages


@pytest.mark.parametrize("size", SIZES, ids=["small", "full"])
def test_web_is_killed_and_what_was_acknowledged_is_there_without_holes(town: Town, size: Size) -> None:  # F1
    room, first = room_of_two(town)
    stop = threading.Event()
    killer = kill_often(lambda: town.service.kill("community web"), size.kills, stop)

    acknowledged = answers(town, room, first, size.messages)
    stop.set()
    killer.join()

    log = until(lambda: _read(lambda: history(town, room)), within=30)
    assert [one["seq"] for one in log] == list(range(1, size.messages + 2))
    assert [one["rev"] for one in log] == [one["seq"] for one in log]
    assert [one["id"] for one in log[1:]] == acknowledged


@pytest.mark.parametrize("seconds", [3, pytest.param(10, marks=pytest.mark.prove)])
def test_valkey_is_gone_for_a_while_and_nothing_is_lost(town: Town, seconds: float) -> None:  # F3 N2
    room, first = room_of_two(town)
    with town.service.socket(town.tokens[2]) as cleo:
        assert cleo.ask("room.open", {"room_id": room})["ok"]
        end = time.monotonic() + seconds
        count = 0
        while time.monotonic() < end:
            town.service.kill("valkey-server")
            answers(town, room, first, 5)
            count += 5
        until(lambda: len(cleo.of("message.posted")) >= count, within=15, what="everything to be shown")
        assert [one["seq"] for one in cleo.of("message.posted")] == list(range(2, count + 2))
    until(lambda: len(told(town, 2, "message.posted")) >= count, within=30, what="everybody to be told")
    assert len(told(town, 2, "message.posted")) == count


def test_postgres_is_killed_and_what_was_acknowledged_is_there(tmp_path: Path) -> None:  # F4
    with Postgres(safe=True) as server:
        env = {"COMMUNITY_SEND_LIMIT": "off", "DATABASE_URL": server.create_database("killed")}
        for town in _serve(tmp_path, env):
            room, first = room_of_two(town)
            before = answers(town, room, first, 10)
            server.kill()
            restart = threading.Thread(target=server.restart_after_kill)
            restart.start()
            after = answers(town, room, first, 10)
            restart.join()

            log = until(lambda town=town, room=room: _read(lambda: history(town, room)), within=30)
            assert [one["id"] for one in log[1:]] == before + after
            assert [one["seq"] for one in log] == list(range(1, 22))
            until(lambda town=town: len(told(town, 2, "message.posted")) == 20, within=60, what="everybody to be told")


def _read(look: Callable[[], list[Any]]) -> list[Any] | None:
    """What `look` finds, or nothing while a process is being replaced."""
    try:
        return look()
    except requests.RequestException:
        return None
