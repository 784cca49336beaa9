"""Seats that are held for the next in line, and left to the quickest in the last minutes."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from community.core.unit_of_work import UnitOfWorkFactory
from community.meetups.actions import edit_occurrence, rsvps
from community.meetups.events import RsvpOffered, RsvpPromoted, SeatAvailable
from community.meetups.models import Occurrence
from community.meetups.rules import capacity
from community.members.events import MemberDeactivated
from tests.conftest import Act
from tests.factories import Cast
from tests.meetups.conftest import Walks

START = datetime(2026, 11, 27, 0, 0, tzinfo=UTC)  # seven in the evening in New York


def full_walk(act: Act, walks: Walks, cast: Cast, *, before: timedelta) -> object:
    """A walk with one seat that Ada has; Ben, Cleo and Dov wait; so long before its start."""
    date = walks.date(capacity=1)
    for one in (cast.ada, cast.ben, cast.cleo, cast.dov):
        walks.answer(one, date)
    act.now = START - before
    return date


def test_within_a_day_a_seat_is_held_for_the_first_in_line(act: Act, walks: Walks, cast: Cast) -> None:  # M7
    date = full_walk(act, walks, cast, before=timedelta(hours=23))
    walks.answer(cast.ada, date, "declined")

    assert walks.states(date) == {"declined": 1, "offered": 1, "waitlisted": 2}
    assert walks.mine(cast.ben, date) == ("offered", None)
    assert walks.mine(cast.cleo, date) == ("waitlisted", 1)
    assert act.events[-1] == RsvpOffered(
        occurrence_id=date, member_id=cast.ben.id, expires_at=act.now + timedelta(hours=2)
    )
    assert walks.answer(cast.root, date) == "waitlisted"  # the seat is held: nobody else gets it
    assert act(cast.ben, rsvps.accept_offer, occurrence_id=date).state == "going"
    assert act(cast.ben, rsvps.accept_offer, occurrence_id=date).state == "going"


@pytest.mark.parametrize("by", ["worker", "touch"])
def test_an_offer_that_nobody_takes_goes_on_at_its_time(
    act: Act, walks: Walks, cast: Cast, run_worker: Callable[[datetime], None], by: str
) -> None:  # M7
    date = full_walk(act, walks, cast, before=timedelta(hours=3))
    walks.answer(cast.ada, date, "declined")
    lapses = act.now + timedelta(hours=1, minutes=30)  # half of what is left
    act.now = lapses - timedelta(seconds=1)
    if by == "worker":
        run_worker(act.now)
    assert walks.mine(cast.ben, date) == ("offered", None)

    act.now = lapses
    if by == "worker":
        run_worker(act.now)
    else:
        assert walks.mine(cast.ben, date) == ("waitlisted", 1)  # shown so before anybody touches it
        act(cast.ben, rsvps.expire_offers, occurrence_id=date)

    assert (walks.mine(cast.ben, date), walks.mine(cast.cleo, date)) == (("waitlisted", 1), ("offered", None))
    with pytest.raises(rsvps.OfferLapsed):
        act(cast.ben, rsvps.accept_offer, occurrence_id=date)
    with pytest.raises(rsvps.OfferLapsed):
        act(cast.ben, rsvps.decline_offer, occurrence_id=date)
    assert act(cast.cleo, rsvps.accept_offer, occurrence_id=date).state == "going"


def test_ben_passes_the_seat_on_and_an_unwanted_one_is_free_for_all(act: Act, walks: Walks, cast: Cast) -> None:  # M7
    date = full_walk(act, walks, cast, before=timedelta(hours=20))
    walks.answer(cast.ada, date, "declined")
    assert act(cast.ben, rsvps.decline_offer, occurrence_id=date).state == "declined"
    assert walks.mine(cast.cleo, date) == ("offered", None)
    act.later(hours=2)
    act(cast.cleo, rsvps.expire_offers, occurrence_id=date)
    act.later(hours=2)
    act(cast.cleo, rsvps.expire_offers, occurrence_id=date)

    assert walks.states(date) == {"declined": 2, "waitlisted": 2}  # both were asked and said nothing
    assert walks.answer(cast.dov, date) == "going"


def test_in_the_last_half_hour_the_quickest_of_those_who_wait_has_it(act: Act, walks: Walks, cast: Cast) -> None:
    date = full_walk(act, walks, cast, before=timedelta(minutes=29))
    walks.answer(cast.ada, date, "declined")

    assert act.events[-1] == SeatAvailable(occurrence_id=date)
    assert act(cast.dov, rsvps.accept_offer, occurrence_id=date).state == "going"
    with pytest.raises(rsvps.SeatTaken):
        act(cast.ben, rsvps.accept_offer, occurrence_id=date)


def test_after_the_start_no_seat_moves(act: Act, walks: Walks, cast: Cast) -> None:  # M8
    date = full_walk(act, walks, cast, before=timedelta(minutes=10))
    assert capacity.promotion_at(act.now, starts_at=START) is capacity.Promotion.CLAIMED
    act.now = START
    before = len(act.events)
    act(None, lambda uow: rsvps.withdraw_member(uow, MemberDeactivated(member_id=cast.ada.id)))
    act(cast.ben, rsvps.expire_offers, occurrence_id=date)
    assert not [one for one in act.events[before:] if isinstance(one, RsvpPromoted | RsvpOffered | SeatAvailable)]
    assert walks.states(date) == {"going": 1, "waitlisted": 3}


def test_an_offer_counts_as_a_seat_for_ada_and_the_database(
    act: Act, walks: Walks, cast: Cast, store: UnitOfWorkFactory
) -> None:  # M5
    date = full_walk(act, walks, cast, before=timedelta(hours=5))
    act(cast.ada, edit_occurrence.change_occurrence, occurrence_id=date, changes={"capacity": 3})
    assert walks.states(date) == {"going": 1, "offered": 2, "waitlisted": 1}
    with pytest.raises(edit_occurrence.CapacityBelowGoing):
        act(cast.ada, edit_occurrence.change_occurrence, occurrence_id=date, changes={"capacity": 2})
    with pytest.raises(IntegrityError), store.unit_of_work() as uow:
        uow.session.execute(text("UPDATE occurrences SET held_count = 3"))
    row = act.read(None, lambda ctx: ctx.session.scalars(select(Occurrence)).one())
    assert (row.going_count, row.held_count, row.waitlist_count) == (1, 2, 1)
