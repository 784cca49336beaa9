"""Several real processes at one date, on both databases: seats are never given twice, and never wasted."""

import random
import threading
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from community.core.db import Database
from community.core.unit_of_work import UnitOfWorkFactory
from community.meetups.actions import rsvps
from community.meetups.models import Occurrence, Rsvp
from tests.conftest import Act
from tests.factories import Cast
from tests.meetups.conftest import Walks
from tests.support.concurrency import racers
from tests.support.proof_output import print_figure

START = datetime(2026, 11, 27, 0, 0, tzinfo=UTC)  # seven in the evening in New York


def line(act: Act, date: UUID) -> tuple[Occurrence, list[Rsvp]]:
    """The date and its answers."""

    def look_at(ctx: Any) -> tuple[Occurrence, list[Rsvp]]:
        rows = ctx.session.scalars(select(Rsvp).where(Rsvp.occurrence_id == date).order_by(Rsvp.waitlist_seq)).all()
        return ctx.session.get_one(Occurrence, date), list(rows)

    return act.read(None, look_at)


class Watcher:
    """Looks at a date all the time from another connection, for a moment in which a seat is wasted or given twice."""

    def __init__(self, database: Database, date: UUID) -> None:
        self.looks = 0
        self.wrong: list[tuple[int, int]] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, args=(database, date))

    def __enter__(self) -> "Watcher":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self, database: Database, date: UUID) -> None:
        while not self._stop.wait(0.01):
            with database.read_session() as session:
                row = session.execute(
                    select(Occurrence.capacity, Occurrence.going_count, Occurrence.waitlist_count).where(
                        Occurrence.id == date
                    )
                ).one()
            self.looks += 1
            if row.going_count > row.capacity or (row.going_count < row.capacity and row.waitlist_count):
                self.wrong.append((row.going_count, row.waitlist_count))


def cancels_among_answers(act: Act, walks: Walks, store: UnitOfWorkFactory, *, seats: int, processes: int) -> None:
    """All who are going cancel while many more say yes, some of them twice; as many waited as there are seats."""
    date = walks.date(capacity=seats)
    people = walks.crowd(5 * seats)
    first, waited, fresh = people[:seats], people[seats : 2 * seats], people[2 * seats :]
    for one in (*first, *waited):
        walks.answer(one, date)
    acts = [(one.id, "declined") for one in first] + [(one.id, "going") for one in fresh]
    acts += [(one.id, "going") for one in fresh[:seats]]  # a double tap, by another process
    random.Random(processes).shuffle(acts)

    works = [{"verb": "rsvp", "actor": str(one), "id": str(date), "answer": answer} for one, answer in acts]
    with racers(processes) as pool, Watcher(store.database, date) as watcher:
        said = pool.race(store, works, now=act.now, threads=1)

    row, answers = line(act, date)
    by_member = {one.member_id: one for one in answers}
    assert len(answers) == len(people), "one row each, however often they tapped"
    assert (row.going_count, row.waitlist_count, watcher.wrong) == (seats, len(fresh), [])
    assert {one.member_id for one in answers if one.state == "going"} == {one.id for one in waited}
    assert [one.waitlist_seq for one in answers if one.waitlist_seq] == sorted(
        one.waitlist_seq for one in answers if one.waitlist_seq
    )
    assert {by_member[member].state for member, verb in acts if verb == "going"} == {"waitlisted"}
    assert set(said) == {"declined", "waitlisted"}
    print_figure(
        "M3",
        f"{store.database.url.get_backend_name()}: {len(acts)} cancels and answers over {processes} processes: "
        f"{seats} going, those who waited longest; {watcher.looks} looks, no seat wasted or given twice",
    )


def test_cancels_among_answers_leave_no_seat_wasted(
    act: Act, walks: Walks, store: UnitOfWorkFactory
) -> None:  # M2 M3 M4
    cancels_among_answers(act, walks, store, seats=4, processes=2)


@pytest.mark.prove
def test_cancels_among_answers_over_eight_processes(
    act: Act, walks: Walks, store: UnitOfWorkFactory
) -> None:  # M2 M3 M4
    cancels_among_answers(act, walks, store, seats=20, processes=8)


@pytest.mark.prove
def test_a_seat_whose_offer_ends_while_all_reach_for_it_has_one_owner(
    act: Act, walks: Walks, cast: Cast, store: UnitOfWorkFactory
) -> None:  # M7
    date = walks.date(capacity=1)
    people = walks.crowd(6)
    for one in (cast.ada, *people):
        walks.answer(one, date)
    act.now = START - timedelta(hours=5)
    walks.answer(cast.ada, date, "declined")
    lapsed = act.now + timedelta(hours=2)
    works = [{"verb": "accept_offer", "actor": str(one.id), "id": str(date)} for one in people]
    works.append({"verb": "settle_offers", "actor": str(cast.ben.id), "id": str(date)})
    works.append({"verb": "rsvp", "actor": str(people[0].id), "id": str(date), "answer": "going"})

    with racers() as pool:
        said = pool.race(store, works, now=lapsed, threads=1)

    row, answers = line(act, date)
    owners = [one.member_id for one in answers if one.state in ("going", "offered")]
    assert len(owners) == row.going_count + row.held_count == 1
    assert owners == [people[1].id], "the first one's time was over, the second was asked"
    assert said[0] in ("OfferLapsed", "waitlisted")
    assert rsvps.OfferLapsed.status == 410
