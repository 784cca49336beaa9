"""Loading meetups, dates and answers with permission and lock.

Locks are taken in one order: a meetup's row before those of its dates, dates by their ids.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select

from community.core.errors import Conflict, Forbidden, NotFound
from community.core.unit_of_work import Reading, UnitOfWork
from community.meetups.models import Meetup, MeetupHost, Occurrence, Rsvp, StandingRsvp
from community.meetups.rules import HAS_PLACE


class RsvpClosed(Conflict):
    """Answers for this date are closed."""

    code = "rsvp_closed"


def meetup_to_see(look: Reading, meetup_id: UUID) -> Meetup:
    """A meetup, for a member. Raises NotFound."""
    _ = look.actor
    meetup = look.session.get(Meetup, meetup_id)
    if meetup is None:
        raise NotFound
    return meetup


def hosts_it(look: Reading, meetup: Meetup) -> bool:
    """Whether the actor may change this meetup: coordinators, its host and those who host with them."""
    actor = look.actor
    if actor.is_staff or actor.id == meetup.host_id:
        return True
    beside = exists().where(MeetupHost.meetup_id == meetup.id, MeetupHost.member_id == actor.id)
    return bool(look.session.scalar(select(beside)))


def meetup_to_host(look: Reading, meetup_id: UUID) -> Meetup:
    """A meetup that the actor may change. Raises NotFound, Forbidden."""
    meetup = meetup_to_see(look, meetup_id)
    if not hosts_it(look, meetup):
        raise Forbidden
    return meetup


def locked_meetup(uow: UnitOfWork, meetup_id: UUID) -> Meetup:
    """A meetup's row, locked: whoever changes its rule, its dates or its standing answers holds it. Raises NotFound."""
    meetup = uow.session.scalar(
        select(Meetup).where(Meetup.id == meetup_id).with_for_update().execution_options(populate_existing=True)
    )
    if meetup is None:
        raise NotFound
    return meetup


def locked_occurrence(uow: UnitOfWork, occurrence_id: UUID) -> Occurrence:
    """A date, locked: the one lock for answers, seats and state. Raises NotFound."""
    occurrence = uow.session.scalar(
        select(Occurrence)
        .where(Occurrence.id == occurrence_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if occurrence is None:
        raise NotFound
    return occurrence


def locked_dates(uow: UnitOfWork, meetup: Meetup, *where: ColumnElement[bool]) -> list[Occurrence]:
    """A meetup's dates that are not over, locked in the order of their ids, given in the order of time."""
    query = select(Occurrence).where(Occurrence.meetup_id == meetup.id, Occurrence.starts_at > uow.now, *where)
    found = uow.session.scalars(
        query.order_by(Occurrence.id).with_for_update().execution_options(populate_existing=True)
    )
    return sorted(found, key=lambda date: (date.starts_at, str(date.id)))


def series_from(uow: UnitOfWork, occurrence_id: UUID) -> tuple[Meetup, list[Occurrence]]:
    """A meetup and its dates from this one on, all locked, for who hosts it.

    Raises Forbidden, NotFound, Conflict for a date that has begun or is off.
    """
    date = uow.session.get(Occurrence, occurrence_id)
    if date is None:
        raise NotFound
    meetup_to_host(uow, date.meetup_id)
    meetup = locked_meetup(uow, date.meetup_id)
    coming = locked_dates(uow, meetup)
    first = next((one for one in coming if one.id == occurrence_id and one.state == "scheduled"), None)
    if first is None:
        raise Conflict("This date is over or cancelled.")
    return meetup, [first, *(one for one in coming if one.starts_at >= first.starts_at and one is not first)]


def open_occurrence(uow: UnitOfWork, occurrence_id: UUID) -> Occurrence:
    """A date that takes answers, locked. Raises NotFound, RsvpClosed after its start, cancellation or pause."""
    _ = uow.actor
    occurrence = locked_occurrence(uow, occurrence_id)
    if occurrence.state != "scheduled" or occurrence.starts_at <= uow.now:
        raise RsvpClosed
    if uow.session.scalar(select(Meetup.paused_at).where(Meetup.id == occurrence.meetup_id)):
        raise RsvpClosed
    return occurrence


def occurrence_to_manage(uow: UnitOfWork, occurrence_id: UUID) -> Occurrence:
    """A date, locked, for who hosts it. Raises Forbidden, NotFound, Conflict when it is over or off."""
    occurrence = occurrence_to_host(uow, occurrence_id)
    if occurrence.state != "scheduled" or occurrence.ends_at <= uow.now:
        raise Conflict("This date is over or cancelled.")
    return occurrence


def occurrence_to_host(uow: UnitOfWork, occurrence_id: UUID) -> Occurrence:
    """A date in whatever state, locked, for who hosts it. Raises Forbidden, NotFound."""
    occurrence = locked_occurrence(uow, occurrence_id)
    meetup_to_host(uow, occurrence.meetup_id)
    return occurrence


def rsvp_of(uow: UnitOfWork, occurrence: Occurrence, member_id: UUID) -> Rsvp | None:
    """A member's answer to a locked date."""
    return uow.session.scalar(
        select(Rsvp)
        .where(Rsvp.occurrence_id == occurrence.id, Rsvp.member_id == member_id)
        .execution_options(populate_existing=True)
    )


def own_place(uow: UnitOfWork, occurrence: Occurrence) -> Rsvp:
    """The actor's answer to a locked date that they have given. Raises NotFound for who never answered."""
    rsvp = rsvp_of(uow, occurrence, uow.actor.id)
    if rsvp is None or rsvp.state in ("cancelled", "maybe"):
        raise NotFound
    return rsvp


def rsvps_to(uow: UnitOfWork, dates: Collection[Occurrence], member_id: UUID) -> dict[UUID, Rsvp]:
    """A member's answers to locked dates, by date."""
    found = uow.session.scalars(
        select(Rsvp)
        .where(Rsvp.occurrence_id.in_([date.id for date in dates]), Rsvp.member_id == member_id)
        .execution_options(populate_existing=True)
    )
    return {rsvp.occurrence_id: rsvp for rsvp in found}


def first_in_line(uow: UnitOfWork, occurrence: Occurrence, *, most: int, but_passed_over: bool = False) -> list[Rsvp]:
    """Who waits longest for a locked date; without those who let an offer lapse when `but_passed_over`."""
    waiting = select(Rsvp).where(Rsvp.occurrence_id == occurrence.id, Rsvp.state == "waitlisted")
    if but_passed_over:
        waiting = waiting.where(Rsvp.passed_over_at.is_(None))
    return list(
        uow.session.scalars(waiting.order_by(Rsvp.waitlist_seq).limit(most).execution_options(populate_existing=True))
    )


def lapsed_offers(uow: UnitOfWork, occurrence: Occurrence) -> list[Rsvp]:
    """Offers of a locked date whose time is over, first come first."""
    return list(
        uow.session.scalars(
            select(Rsvp)
            .where(Rsvp.occurrence_id == occurrence.id, Rsvp.state == "offered", Rsvp.offer_expires_at <= uow.now)
            .order_by(Rsvp.waitlist_seq)
            .execution_options(populate_existing=True)
        )
    )


def coming_answers(uow: UnitOfWork, member_id: UUID) -> list[UUID]:
    """The dates still to come that a member has a seat or a place in line for, in the order of their ids."""
    return sorted(
        uow.session.scalars(
            select(Rsvp.occurrence_id)
            .join(Occurrence, Occurrence.id == Rsvp.occurrence_id)
            .where(
                Rsvp.member_id == member_id,
                Rsvp.state.in_(HAS_PLACE),
                Occurrence.state == "scheduled",
                Occurrence.starts_at > uow.now,
            )
        )
    )


def standing_of(uow: UnitOfWork, meetup_id: UUID, member_id: UUID) -> StandingRsvp | None:
    """A member's standing answer to a locked meetup."""
    return uow.session.get(StandingRsvp, (meetup_id, member_id))


def standing_answers(uow: UnitOfWork, meetup_id: UUID) -> list[StandingRsvp]:
    """Every standing answer to a locked meetup, the oldest first."""
    return list(
        uow.session.scalars(
            select(StandingRsvp)
            .where(StandingRsvp.meetup_id == meetup_id)
            .order_by(StandingRsvp.changed_at, StandingRsvp.member_id)
        )
    )


def keys_of(look: Reading, meetup: Meetup) -> set[datetime]:
    """The rule's wall times of all dates of a meetup, whatever became of them."""
    found = look.session.scalars(select(Occurrence.recurrence_id).where(Occurrence.meetup_id == meetup.id))
    return {key for key in found if key is not None}


def answered_among(look: Reading, ids: Collection[UUID]) -> set[UUID]:
    """Which of these dates somebody has answered."""
    return set(look.session.scalars(select(Rsvp.occurrence_id).where(Rsvp.occurrence_id.in_(ids)).distinct()))
