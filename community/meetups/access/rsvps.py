"""Loading answers to dates that the caller has locked."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from community.core.errors import NotFound
from community.core.unit_of_work import ReadContext, UnitOfWork
from community.meetups.models import Occurrence, Rsvp, StandingRsvp
from community.meetups.rules.rsvps import HAS_PLACE, RsvpState
from community.members.queries.blocks import no_contact_ids


def rsvp_of(uow: UnitOfWork, occurrence: Occurrence, member_id: UUID) -> Rsvp | None:
    """A member's answer to a locked date."""
    return uow.session.scalar(
        select(Rsvp)
        .where(Rsvp.occurrence_id == occurrence.id, Rsvp.member_id == member_id)
        .execution_options(populate_existing=True)
    )


def own_rsvp(uow: UnitOfWork, occurrence: Occurrence) -> Rsvp:
    """The actor's answer to a locked date that they have given. Raises NotFound for who never answered."""
    rsvp = rsvp_of(uow, occurrence, uow.actor.id)
    if rsvp is None or rsvp.state in (RsvpState.CANCELLED, RsvpState.MAYBE):
        raise NotFound
    return rsvp


def rsvps_to(uow: UnitOfWork, dates: Collection[Occurrence], member_id: UUID) -> dict[UUID, Rsvp]:
    """A member's answers to locked dates, by date."""
    found = uow.session.scalars(
        select(Rsvp)
        .where(Rsvp.occurrence_id.in_([occurrence.id for occurrence in dates]), Rsvp.member_id == member_id)
        .execution_options(populate_existing=True)
    )
    return {rsvp.occurrence_id: rsvp for rsvp in found}


def first_on_waitlist(
    uow: UnitOfWork, occurrence: Occurrence, *, limit: int, but_passed_over: bool = False
) -> list[Rsvp]:
    """Who waits longest for a locked date; without those who let an offer lapse when `but_passed_over`."""
    waiting = select(Rsvp).where(Rsvp.occurrence_id == occurrence.id, Rsvp.state == RsvpState.WAITLISTED)
    if but_passed_over:
        waiting = waiting.where(Rsvp.passed_over_at.is_(None))
    return list(
        uow.session.scalars(waiting.order_by(Rsvp.waitlist_seq).limit(limit).execution_options(populate_existing=True))
    )


def lapsed_offers(uow: UnitOfWork, occurrence: Occurrence) -> list[Rsvp]:
    """Offers of a locked date whose time is over, first come first."""
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


def standing_rsvp(uow: UnitOfWork, meetup_id: UUID, member_id: UUID) -> StandingRsvp | None:
    """A member's standing answer to a locked meetup."""
    return uow.session.get(StandingRsvp, (meetup_id, member_id))


def standing_rsvps(uow: UnitOfWork, meetup_id: UUID) -> list[StandingRsvp]:
    """Every standing answer to a locked meetup, the oldest first."""
    return list(
        uow.session.scalars(
            select(StandingRsvp)
            .where(StandingRsvp.meetup_id == meetup_id)
            .order_by(StandingRsvp.changed_at, StandingRsvp.member_id)
        )
    )


def answered_occurrence_ids(ctx: ReadContext, ids: Collection[UUID]) -> set[UUID]:
    """Which of these dates somebody has answered."""
    return set(ctx.session.scalars(select(Rsvp.occurrence_id).where(Rsvp.occurrence_id.in_(ids)).distinct()))


def unconfirmed_rsvps(uow: UnitOfWork, occurrence: Occurrence) -> list[Rsvp]:
    """Who is going to a locked date, was asked whether they still come, and has not said so."""
    return list(
        uow.session.scalars(
            select(Rsvp)
            .where(Rsvp.occurrence_id == occurrence.id, Rsvp.state == RsvpState.GOING, Rsvp.asked_version.is_not(None))
            .order_by(Rsvp.changed_at, Rsvp.id)
            .execution_options(populate_existing=True)
        )
    )


def no_contact_attendee_ids(ctx: ReadContext, occurrence_id: UUID, member_id: UUID) -> list[UUID]:
    """Who else is going to a date and must not meet this member, by order. A block alone is their own affair."""
    apart = no_contact_ids(ctx.session, member_id)
    return list(
        ctx.session.scalars(
            select(Rsvp.member_id)
            .where(
                Rsvp.occurrence_id == occurrence_id,
                Rsvp.state == RsvpState.GOING,
                Rsvp.member_id.in_(apart),
            )
            .order_by(Rsvp.member_id)
        )
    )
