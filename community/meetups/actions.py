"""What is done with meetups: post, answer, change, cancel. A freed seat is given away in the same transaction."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from community.core.errors import Conflict, Invalid
from community.core.ids import new_id
from community.core.unit_of_work import UnitOfWork
from community.meetups import access, rules
from community.meetups.events import (
    MeetupPosted,
    OccurrenceCancelled,
    OccurrenceRescheduled,
    RsvpConfirmed,
    RsvpPromoted,
    RsvpWaitlisted,
    RsvpWithdrawn,
)
from community.meetups.models import Meetup, Occurrence, Rsvp
from community.meetups.rules import Answer


class CapacityBelowGoing(Conflict):
    """More people are going than that."""

    code = "capacity_below_going"


def post(
    uow: UnitOfWork,
    *,
    title: str,
    description: str,
    starts_at_local: datetime,
    time_zone: str,
    duration_minutes: int,
    place: dict[str, str],
    capacity: int | None = None,
) -> Meetup:
    """A coordinator posts a meetup with one date. Raises Forbidden, Invalid for a date that is over."""
    host = uow.staff
    starts_at = rules.utc_of(starts_at_local, time_zone)
    if starts_at <= uow.now:
        raise Invalid(errors={"starts_at_local": ["This time is over already."]})
    meetup = Meetup(
        id=new_id(),
        host_id=host.id,
        title=title,
        description=description,
        time_zone=time_zone,
        duration_minutes=duration_minutes,
        place_kind=place["kind"],
        address=place.get("address") or "",
        url=place.get("url") or "",
        created_at=uow.now,
    )
    uow.session.add(meetup)
    uow.session.flush()
    uow.session.add(
        Occurrence(
            id=new_id(),
            meetup_id=meetup.id,
            starts_at_local=starts_at_local,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=duration_minutes),
            capacity=capacity,
        )
    )
    uow.session.flush()
    uow.record(MeetupPosted(meetup_id=meetup.id, host_id=host.id))
    return meetup


def answer(uow: UnitOfWork, *, occurrence_id: UUID, answer: Answer) -> Rsvp:
    """Record the actor's answer; a full date puts them on its waiting list. Raises NotFound, RsvpClosed."""
    occurrence = access.open_occurrence(uow, occurrence_id)
    rsvp = access.rsvp_of(uow, occurrence, uow.actor.id)
    before = rsvp.state if rsvp else None
    left = rules.seats_left(capacity=occurrence.capacity, going=occurrence.going_count)
    state = rules.state_after(Answer(answer), before=before, left=left)
    if rsvp is None:
        rsvp = Rsvp(
            id=new_id(), occurrence_id=occurrence.id, member_id=uow.actor.id, state="cancelled", changed_at=uow.now
        )
        uow.session.add(rsvp)
    if state != before:
        _move(uow, occurrence, rsvp, state)
        _fill(uow, occurrence)
    uow.session.flush()
    return rsvp


def change_date(uow: UnitOfWork, *, occurrence_id: UUID, changes: dict[str, Any]) -> Occurrence:
    """Change a date's time or seats. More seats go to those who wait, in order.

    `changes` may hold starts_at_local and capacity (None: no limit). Raises Forbidden, NotFound, Conflict,
    CapacityBelowGoing, Invalid for a time that is over.
    """
    occurrence = access.occurrence_to_manage(uow, occurrence_id)
    if "capacity" in changes:
        capacity = changes["capacity"]
        if capacity is not None and capacity < occurrence.going_count:
            raise CapacityBelowGoing(
                errors={"capacity": [f"Give at least {occurrence.going_count} seats: that many people are going."]}
            )
        occurrence.capacity = capacity
        _fill(uow, occurrence)
    if "starts_at_local" in changes and changes["starts_at_local"] != occurrence.starts_at_local:
        meetup = access.meetup_to_see(uow, occurrence.meetup_id)
        starts_at = rules.utc_of(changes["starts_at_local"], meetup.time_zone)
        if starts_at <= uow.now:
            raise Invalid(errors={"starts_at_local": ["This time is over already."]})
        occurrence.starts_at_local = changes["starts_at_local"]
        occurrence.starts_at = starts_at
        occurrence.ends_at = starts_at + timedelta(minutes=meetup.duration_minutes)
        occurrence.version += 1
        uow.record(OccurrenceRescheduled(occurrence_id=occurrence.id, version=occurrence.version))
    uow.session.flush()
    return occurrence


def cancel(uow: UnitOfWork, *, occurrence_id: UUID, reason: str | None = None) -> Occurrence:
    """Call a date off. Nobody moves up any more. Raises Forbidden, NotFound, Conflict."""
    occurrence = access.occurrence_to_manage(uow, occurrence_id)
    occurrence.state = "cancelled"
    occurrence.cancel_reason = reason or None
    occurrence.version += 1
    uow.record(OccurrenceCancelled(occurrence_id=occurrence.id, version=occurrence.version))
    return occurrence


def free_seats_of(uow: UnitOfWork, member_id: UUID) -> None:
    """Take a member out of every date to come; the seats go to those who wait. For who cannot come any more."""
    for occurrence_id in access.coming_answers(uow, member_id):
        occurrence = access.locked_occurrence(uow, occurrence_id)
        rsvp = access.rsvp_of(uow, occurrence, member_id)
        if rsvp is not None and rsvp.state in ("going", "waitlisted"):
            _move(uow, occurrence, rsvp, "cancelled")
            _fill(uow, occurrence)


def _move(uow: UnitOfWork, occurrence: Occurrence, rsvp: Rsvp, state: str) -> None:
    """Change an answer's state with the date's counters, and say so."""
    had_place = rsvp.state in ("going", "waitlisted")
    occurrence.going_count -= rsvp.state == "going"
    occurrence.waitlist_count -= rsvp.state == "waitlisted"
    rsvp.waitlist_seq = None
    if state == "waitlisted":
        occurrence.waitlist_next += 1
        occurrence.waitlist_count += 1
        rsvp.waitlist_seq = occurrence.waitlist_next
        uow.record(RsvpWaitlisted(occurrence_id=occurrence.id, member_id=rsvp.member_id))
    elif state == "going":
        occurrence.going_count += 1
        uow.record(RsvpConfirmed(occurrence_id=occurrence.id, member_id=rsvp.member_id))
    elif had_place:
        uow.record(RsvpWithdrawn(occurrence_id=occurrence.id, member_id=rsvp.member_id))
    rsvp.state = state
    rsvp.changed_at = uow.now
    uow.session.flush()


def _fill(uow: UnitOfWork, occurrence: Occurrence) -> None:
    """Give free seats to those who wait, in order; none after the start."""
    if occurrence.state != "scheduled" or occurrence.starts_at <= uow.now or not occurrence.waitlist_count:
        return
    left = rules.seats_left(capacity=occurrence.capacity, going=occurrence.going_count)
    for rsvp in access.first_in_line(uow, occurrence, most=occurrence.waitlist_count if left is None else left):
        rsvp.state, rsvp.waitlist_seq, rsvp.changed_at = "going", None, uow.now
        occurrence.waitlist_count -= 1
        occurrence.going_count += 1
        uow.record(RsvpPromoted(occurrence_id=occurrence.id, member_id=rsvp.member_id))
    uow.session.flush()
