"""Hundreds of people answer one date in the same moment, over several web processes. M1.

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

from community.core.unit_of_work import Store
from community.meetups import access, actions, queries
from community.meetups.models import Occurrence, Rsvp
from tests.conftest import NOON, Act
from tests.factories import Cast, make_member
from tests.support.answered import answered_by_process
from tests.support.figures import figure
from tests.support.town import Town, serve_town
from tests.support.waiting import until

pytestmark = [pytest.mark.faults, pytest.mark.xdist_group("faults")]

SEATS = 20
ROUTE = "/api/v1/occurrences/<uuid:occurrence_id>/rsvp"
LONGEST_ANSWER_SECONDS = 60
LONGEST_READ_SECONDS = 2
WALK: dict[str, Any] = {
    "title": "Walk",
    "time_zone": "America/New_York",
    "duration_minutes": 60,
    "place": {"kind": "in_person", "address": "41 Alder Street"},
}


@dataclass(frozen=True)
class Size:
    """How many answer, over how many web processes."""

    people: int
    web: int


SMALL = Size(people=60, web=2)
FULL = Size(people=500, web=4)


@dataclass(frozen=True)
class Answered:
    """What one member got back."""

    place: int
    status: int
    body: Any
    seconds: float


@pytest.fixture(
    params=[SMALL, pytest.param(FULL, marks=[pytest.mark.prove, pytest.mark.timeout(300)])], ids=["small", "full"]
)
def size(request: pytest.FixtureRequest) -> Size:
    """How much of it."""
    chosen: Size = request.param
    return chosen


@pytest.fixture(params=["sqlite", "postgresql"])
def town(request: pytest.FixtureRequest, size: Size, tmp_path: Path) -> Iterator[Town]:
    """As many alumni as answer, besides the coordinator, on each database."""
    env = {}
    if request.param == "postgresql":
        env["DATABASE_URL"] = request.getfixturevalue("postgres").create_database(f"crowd_{uuid.uuid4().hex[:8]}")
    with serve_town(tmp_path, members=size.people + 1, web=size.web, **env) as town:
        yield town


def test_everybody_answers_at_once_and_twenty_are_going(town: Town, size: Size, request: Any) -> None:  # M1
    date = walk_with(town, seats=SEATS)

    answers, seconds = all_at_once(town, date, people=size.people)

    assert Counter(one.status for one in answers) == {200: size.people}
    went, waits = SEATS, size.people - SEATS
    states = [my_answer(town, one.place, date) for one in answers]
    assert Counter(state for state, _ in states) == {"going": went, "waitlisted": waits}
    assert sorted(place for state, place in states if state == "waitlisted") == list(range(1, waits + 1))
    assert states == [(one.body["state"], one.body["waitlist_position"]) for one in answers], "what each was told"
    assert stored(town) == (went, waits, {"going": went, "waitlisted": waits}, list(range(1, waits + 1)))
    shares = sorted(answered_by_process(town.service, ROUTE).values())
    assert (len(shares), sum(shares)) == (size.web, size.people)
    slowest = max(one.seconds for one in answers)
    figure(
        "M1",
        f"{request.node.callspec.id}: {size.people} answers for {SEATS} seats over {size.web} processes "
        f"({'+'.join(map(str, shares))}) in {seconds:.1f} s, {size.people / seconds:.0f}/s, slowest {slowest:.1f} s",
    )


def walk_with(town: Town, *, seats: int) -> str:
    """The coordinator posts a walk; the id of its date."""
    wanted = {**WALK, "starts_at_local": "2090-03-04T19:00", "capacity": seats}
    posted = town.api(0)("POST", "/meetups", wanted)
    assert posted.status_code == 201, posted.text
    return str(posted.json()["occurrences"][0]["id"])


def all_at_once(town: Town, date: str, *, people: int) -> tuple[list[Answered], float]:
    """Everybody but the coordinator says "going" on a connection of their own; the answers and the seconds it took."""
    answers: list[Answered] = []
    ready = threading.Barrier(people + 1)
    threads = [
        threading.Thread(target=lambda place=place: answers.append(say_going(town, place, date, ready)))
        for place in range(1, people + 1)
    ]
    for thread in threads:
        thread.start()
    ready.wait(LONGEST_ANSWER_SECONDS)
    started = time.monotonic()
    for thread in threads:
        thread.join()
    return answers, time.monotonic() - started


def say_going(town: Town, place: int, date: str, ready: threading.Barrier) -> Answered:
    """Connect, wait until everybody is connected, answer."""
    connection = http.client.HTTPConnection("127.0.0.1", town.service.port, timeout=LONGEST_ANSWER_SECONDS)
    connection.connect()
    headers = {"Authorization": f"Bearer {town.tokens[place]}", "Content-Type": "application/json"}
    ready.wait(LONGEST_ANSWER_SECONDS)
    started = time.monotonic()
    connection.request("PUT", f"/api/v1/occurrences/{date}/rsvp", json.dumps({"answer": "going"}), headers)
    answer = connection.getresponse()
    body = json.loads(answer.read())
    connection.close()
    return Answered(place, answer.status, body, time.monotonic() - started)


def my_answer(town: Town, place: int, date: str) -> tuple[str, int | None]:
    """How a member sees their own answer."""
    [meetup] = town.api(place)("GET", "/meetups").json()["items"]
    [occurrence] = [one for one in meetup["occurrences"] if one["id"] == date]
    return occurrence["my_rsvp"]["state"], occurrence["my_rsvp"]["waitlist_position"]


def stored(town: Town) -> tuple[int, int, dict[str, int], list[int]]:
    """The date's own counters, the answers by state, and the line, as the database has them."""
    with town.database() as database, database.reading() as session:
        date = session.scalars(select(Occurrence)).one()
        rows = session.execute(select(Rsvp.state, Rsvp.waitlist_seq)).all()
        line = sorted(seq for _, seq in rows if seq is not None)
        return date.going_count, date.waitlist_count, dict(Counter(state for state, _ in rows)), line


def test_a_crowd_at_one_date_keeps_nobody_from_reading(cast: Cast, act: Act, store: Store) -> None:  # M1
    with store.unit_of_work(cast.ada, now=NOON) as uow:
        meetup = actions.post(uow, **WALK, description="", starts_at_local=datetime(2026, 11, 26, 19, 0))
        people = [make_member(uow, f"Person {number}") for number in range(30)]
    [date] = act.look(cast.ada, queries.meetup, meetup_id=meetup.id).occurrences
    going = [
        threading.Thread(target=act, args=(one, actions.answer), kwargs={"occurrence_id": date.id, "answer": "going"})
        for one in people
    ]

    with store.unit_of_work(cast.ada, now=NOON) as uow:
        access.locked_occurrence(uow, date.id)
        for thread in going:
            thread.start()
        pool: Any = store.database.engine.pool
        full = 1 if store.database.is_sqlite else 4
        until(lambda: pool.checkedout() >= full, what="the crowd to stand in line")
        started = time.monotonic()
        seen = act.look(cast.ben, queries.meetup, meetup_id=meetup.id)
        assert time.monotonic() - started < LONGEST_READ_SECONDS
        assert seen.occurrences[0].going_count == 0
    for thread in going:
        thread.join()

    assert act.look(cast.ben, queries.meetup, meetup_id=meetup.id).occurrences[0].going_count == len(people)
