"""Loading RSVPs of occurrences that the caller has locked."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from community.core.errors import NotFound
from community.core.unit_of_work import ReadContext, UnitOfWork
from community.meetups.models import Occurrence, Rsvp, StandingRsvp
from community.meetups.rules.rsvps import HAS_PLACE, RsvpState
from community.members.queries.blocks import no_contact_ids


def rsvp_of(uow: UnitOfWork, occurrence: Occurrence, member_id: UUID) -> Rsvp | None:
    """Return a member's RSVP to a locked occurrence."""
    return uow.session.scalar(
        select(Rsvp)
        .where(Rsvp.occurrence_id == occurrence.id, Rsvp.member_id == member_id)
        .execution_options(populate_existing=True)
    )


def own_rsvp(uow: UnitOfWork, occurrence: Occurrence) -> Rsvp:
    """Return the actor's RSVP to a locked occurrence. Raises NotFound without one, or with a maybe."""
    rsvp = rsvp_of(uow, occurrence, uow.actor.id)
    if rsvp is None or rsvp.state in (RsvpState.CANCELLED, RsvpState.MAYBE):
        raise NotFound
    return rsvp


def rsvps_to(uow: UnitOfWork, dates: Collection[Occurrence], member_id: UUID) -> dict[UUID, Rsvp]:
    """Return a member's RSVPs to locked occurrences, by occurrence."""
    found = uow.session.scalars(
        select(Rsvp)
        .where(Rsvp.occurrence_id.in_([occurrence.id for occurrence in dates]), Rsvp.member_id == member_id)
        .execution_options(populate_existing=True)
    )
    return {rsvp.occurrence_id: rsvp for rsvp in found}


def first_on_waitlist(
    uow: UnitOfWork, occurrence: Occurrence, *, limit: int, but_passed_over: bool = False
) -> list[Rsvp]:
    """Return the first members on the waitlist of a locked occurrence.

    `but_passed_over` leaves out those whose offer lapsed.
    """
    waiting = select(Rsvp).where(Rsvp.occurrence_id == occurrence.id, Rsvp.state == RsvpState.WAITLISTED)
    if but_passed_over:
        waiting = waiting.where(Rsvp.offer_declined_at.is_(None))
    return list(
        uow.session.scalars(waiting.order_by(Rsvp.waitlist_seq).limit(limit).execution_options(populate_existing=True))
    )


def lapsed_offers(uow: UnitOfWork, occurrence: Occurrence) -> list[Rsvp]:
    """Return the offers of a locked occurrence whose time is over, in waitlist order."""
    return list(
        uow.session.scalars(
            select(Rsvp)
            .where(
                Rsvp.occurrence_id == occurrence.id, Rsvp.state == RsvpState.OFFERED, Rsvp.offer_expires_at <= uow.now
            )
            .order_by(Rsvp.waitlist_seq)
            .execution_options(populate_existing=True)
        )
    )


def upcoming_occurrence_ids(uow: UnitOfWork, member_id: UUID) -> list[UUID]:
    """Return the upcoming occurrences in which a member has a seat or a waitlist place, by id."""
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


def standing_rsvp(uow: UnitOfWork, meetup_id: UUID, member_id: UUID) -> StandingRsvp | None:
    """Return a member's standing RSVP to a locked meetup."""
    return uow.session.get(StandingRsvp, (meetup_id, member_id))


def standing_rsvps(uow: UnitOfWork, meetup_id: UUID) -> list[StandingRsvp]:
    """Return every standing RSVP to a locked meetup, oldest first."""
    return list(
        uow.session.scalars(
            select(StandingRsvp)
            .where(StandingRsvp.meetup_id == meetup_id)
            .order_by(StandingRsvp.changed_at, StandingRsvp.member_id)
        )
    )


def answered_occurrence_ids(ctx: ReadContext, ids: Collection[UUID]) -> set[UUID]:
    """Return which of these occurrences have an RSVP."""
    return set(ctx.session.scalars(select(Rsvp.occurrence_id).where(Rsvp.occurrence_id.in_(ids)).distinct()))


def unconfirmed_rsvps(uow: UnitOfWork, occurrence: Occurrence) -> list[Rsvp]:
    """Return the attendees of a locked occurrence who were asked to confirm and have not."""
    return list(
        uow.session.scalars(
            select(Rsvp)
            .where(
                Rsvp.occurrence_id == occurrence.id, Rsvp.state == RsvpState.GOING, Rsvp.reconfirm_version.is_not(None)
            )
            .order_by(Rsvp.changed_at, Rsvp.id)
            .execution_options(populate_existing=True)
        )
    )


def no_contact_attendee_ids(ctx: ReadContext, occurrence_id: UUID, member_id: UUID) -> list[UUID]:
    """Return the attendees who must not meet this member by a no-contact order. Blocks do not count."""
    separated = no_contact_ids(ctx.session, member_id)
    return list(
        ctx.session.scalars(
            select(Rsvp.member_id)
            .where(
                Rsvp.occurrence_id == occurrence_id,
                Rsvp.state == RsvpState.GOING,
                Rsvp.member_id.in_(separated),
            )
            .order_by(Rsvp.member_id)
        )
    )
