"""Hundreds of people answer one date in the same moment, over several web processes.

The small size runs with every test; `dev.py prove` runs the full one.
"""

import http.client
import json
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from community.core.unit_of_work import UnitOfWorkFactory
from community.meetups.access import occurrences
from community.meetups.actions import create, rsvps
from community.meetups.models import Occurrence, Rsvp
from community.meetups.queries import meetups
from tests.conftest import NOON, Act
from tests.factories import Cast, make_member
from tests.support.demo_server import DemoServer, serve_demo
from tests.support.proof_output import print_figure
from tests.support.request_counts import request_counts
from tests.support.waiting import until

pytestmark = pytest.mark.faults

SEATS = 20
ROUTE = "/api/v1/occurrences/<uuid:occurrence_id>/rsvp"
MAX_ANSWER_SECONDS = 60
MAX_READ_SECONDS = 2
WALK: dict[str, Any] = {
    "title": "Walk",
    "time_zone": "America/New_York",
    "duration_minutes": 60,
    "place": {"kind": "in_person", "address": "41 Alder Street"},
}


@dataclass(frozen=True)
class Answered:
    """What one member got back."""

    place: int
    status: int
    body: Any
    seconds: float


@pytest.fixture(params=["sqlite", "postgresql"])
def large_server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DemoServer]:
    """Five hundred alumni and four web processes, on each database."""
    env = {"COMMUNITY_SEND_LIMIT": "off"}
    if request.param == "postgresql":
        env["DATABASE_URL"] = request.getfixturevalue("postgres").create_database(f"city_{uuid.uuid4().hex[:8]}")
    with serve_demo(tmp_path, members=501, web=4, **env) as city:
        yield city


def test_sixty_people_answer_at_once_and_twenty_are_going(server: DemoServer) -> None:  # M1
    answer_at_once(server, people=60, web=3)


@pytest.mark.prove
@pytest.mark.timeout(300)
def test_five_hundred_people_answer_at_once_and_twenty_are_going(large_server: DemoServer) -> None:  # M1
    answer_at_once(large_server, people=500, web=4)


def answer_at_once(server: DemoServer, *, people: int, web: int) -> None:
    """Everybody says "going" in one moment: all are answered, each gets one place, and every process took part."""
    meetup, date = walk_with(server, seats=SEATS)
    before = request_counts(server.service, ROUTE)

    answers, seconds = all_at_once(server, date, people=people)

    assert Counter(one.status for one in answers) == {200: people}
    waits = people - SEATS
    states = [my_answer(server, one.place, meetup) for one in answers]
    assert Counter(state for state, _ in states) == {"going": SEATS, "waitlisted": waits}
    assert sorted(place for state, place in states if state == "waitlisted") == list(range(1, waits + 1))
    assert states == [(one.body["state"], one.body["waitlist_position"]) for one in answers], "what each was told"
    assert stored(server, date) == (SEATS, waits, {"going": SEATS, "waitlisted": waits}, list(range(1, waits + 1)))
    after = request_counts(server.service, ROUTE)
    shares = sorted(count - before.get(pid, 0) for pid, count in after.items() if count != before.get(pid, 0))
    assert (len(shares), sum(shares)) == (web, people)
    slowest = max(one.seconds for one in answers)
    print_figure(
        "M1",
        f"{server.kind}: {people} answers for {SEATS} seats over {web} processes ({'+'.join(map(str, shares))}) "
        f"in {seconds:.1f} s, {people / seconds:.0f}/s, slowest {slowest:.1f} s; "
        f"{SEATS} going, {waits} waiting with places 1..{waits}",
    )


def walk_with(server: DemoServer, *, seats: int) -> tuple[str, str]:
    """The coordinator posts a walk; its id and that of its date."""
    wanted = {**WALK, "starts_at_local": "2090-03-04T19:00", "capacity": seats}
    posted = server.api(0)("POST", "/meetups", wanted)
    assert posted.status_code == 201, posted.text
    return posted.json()["id"], posted.json()["occurrences"][0]["id"]


def all_at_once(server: DemoServer, date: str, *, people: int) -> tuple[list[Answered], float]:
    """Everybody but the coordinator says "going" on a connection of their own; the answers and the seconds it took."""
    answers: list[Answered] = []
    ready = threading.Barrier(people + 1)
    threads = [
        threading.Thread(target=lambda place=place: answers.append(say_going(server, place, date, ready)))
        for place in range(1, people + 1)
    ]
    for thread in threads:
        thread.start()
    ready.wait(MAX_ANSWER_SECONDS)
    started = time.monotonic()
    for thread in threads:
        thread.join()
    return answers, time.monotonic() - started


def say_going(server: DemoServer, place: int, date: str, ready: threading.Barrier) -> Answered:
    """Connect, wait until everybody is connected, answer."""
    connection = http.client.HTTPConnection("127.0.0.1", server.service.port, timeout=MAX_ANSWER_SECONDS)
    connection.connect()
    headers = {"Authorization": f"Bearer {server.tokens[place]}", "Content-Type": "application/json"}
    ready.wait(MAX_ANSWER_SECONDS)
    started = time.monotonic()
    connection.request("PUT", f"/api/v1/occurrences/{date}/rsvp", json.dumps({"answer": "going"}), headers)
    answer = connection.getresponse()
    body = json.loads(answer.read())
    connection.close()
    return Answered(place, answer.status, body, time.monotonic() - started)


def my_answer(server: DemoServer, place: int, meetup: str) -> tuple[str, int | None]:
    """How a member sees their own answer."""
    [occurrence] = server.api(place)("GET", f"/meetups/{meetup}").json()["occurrences"]
    return occurrence["my_rsvp"]["state"], occurrence["my_rsvp"]["waitlist_position"]


def stored(server: DemoServer, date: str) -> tuple[int, int, dict[str, int], list[int]]:
    """The date's own counters, the answers by state, and the line, as the database has them."""
    with server.database.read_session() as session:
        row = session.get_one(Occurrence, uuid.UUID(date))
        answers = session.execute(select(Rsvp.state, Rsvp.waitlist_seq).where(Rsvp.occurrence_id == row.id)).all()
        line = sorted(seq for _, seq in answers if seq is not None)
        return row.going_count, row.waitlist_count, dict(Counter(state for state, _ in answers)), line


def test_a_crowd_at_one_date_keeps_nobody_from_reading(cast: Cast, act: Act, store: UnitOfWorkFactory) -> None:  # M1
    with store.unit_of_work(cast.ada, now=NOON) as uow:
        meetup = create.post(uow, **WALK, description="", starts_at_local=datetime(2026, 11, 26, 19, 0))
        people = [make_member(uow, f"Person {number}") for number in range(30)]
    [date] = act.read(cast.ada, meetups.meetup, meetup_id=meetup.id).occurrences
    going = [
        threading.Thread(
            target=act, args=(one, rsvps.answer_occurrence), kwargs={"occurrence_id": date.id, "answer": "going"}
        )
        for one in people
    ]

    with store.unit_of_work(cast.ada, now=NOON) as uow:
        occurrences.locked_occurrence(uow, date.id)
        for thread in going:
            thread.start()
        pool: Any = store.database.engine.pool
        full = 1 if store.database.is_sqlite else 4
        until(lambda: pool.checkedout() >= full, what="the crowd to stand in line")
        started = time.monotonic()
        seen = act.read(cast.ben, meetups.meetup, meetup_id=meetup.id)
        assert time.monotonic() - started < MAX_READ_SECONDS
        assert seen.occurrences[0].going_count == 0
    for thread in going:
        thread.join()

    assert act.read(cast.ben, meetups.meetup, meetup_id=meetup.id).occurrences[0].going_count == len(people)
