"""Loading meetups, dates and answers with permission and lock."""

from uuid import UUID

from sqlalchemy import select

from community.core.errors import Conflict, NotFound
from community.core.unit_of_work import Reading, UnitOfWork
from community.meetups.models import Meetup, Occurrence, Rsvp


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


def open_occurrence(uow: UnitOfWork, occurrence_id: UUID) -> Occurrence:
    """A date that takes answers, locked. Raises NotFound, RsvpClosed after its start or cancellation."""
    _ = uow.actor
    occurrence = locked_occurrence(uow, occurrence_id)
    if occurrence.state != "scheduled" or occurrence.starts_at <= uow.now:
        raise RsvpClosed
    return occurrence


def occurrence_to_manage(uow: UnitOfWork, occurrence_id: UUID) -> Occurrence:
    """A date, locked, for a coordinator. Raises Forbidden, NotFound, Conflict when it is over or off."""
    _ = uow.staff
    occurrence = locked_occurrence(uow, occurrence_id)
    if occurrence.state != "scheduled" or occurrence.ends_at <= uow.now:
        raise Conflict("This date is over or cancelled.")
    return occurrence


def rsvp_of(uow: UnitOfWork, occurrence: Occurrence, member_id: UUID) -> Rsvp | None:
    """A member's answer to a locked date."""
    return uow.session.scalar(
        select(Rsvp)
        .where(Rsvp.occurrence_id == occurrence.id, Rsvp.member_id == member_id)
        .execution_options(populate_existing=True)
    )


def first_in_line(uow: UnitOfWork, occurrence: Occurrence, *, most: int) -> list[Rsvp]:
    """Who waits longest for a locked date."""
    return list(
        uow.session.scalars(
            select(Rsvp)
            .where(Rsvp.occurrence_id == occurrence.id, Rsvp.state == "waitlisted")
            .order_by(Rsvp.waitlist_seq)
            .limit(most)
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
                Rsvp.state.in_(("going", "waitlisted")),
                Occurrence.state == "scheduled",
                Occurrence.starts_at > uow.now,
            )
        )
    )
