"""Seats and waitlist of one locked occurrence. A freed seat is promoted in the same transaction."""

from uuid import UUID

from community.core.ids import new_id
from community.core.unit_of_work import UnitOfWork
from community.meetups.access import rsvps
from community.meetups.events import (
    OfferExpiryDue,
    RsvpConfirmed,
    RsvpLapsed,
    RsvpOffered,
    RsvpPromoted,
    RsvpWaitlisted,
    RsvpWithdrawn,
    SeatAvailable,
)
from community.meetups.models import Occurrence, Rsvp
from community.meetups.rules import capacity
from community.meetups.rules.capacity import Promotion
from community.meetups.rules.rsvps import HAS_PLACE, RsvpState


def free_seats(occurrence: Occurrence) -> int | None:
    """Return the number of seats neither taken nor offered, or None without a limit."""
    return capacity.seats_left(capacity=occurrence.capacity, going=occurrence.going_count, held=occurrence.held_count)


def new_rsvp(uow: UnitOfWork, occurrence: Occurrence, member_id: UUID) -> Rsvp:
    """Return a new RSVP without a place, whose state `set_state` sets next."""
    rsvp = Rsvp(
        id=new_id(),
        occurrence_id=occurrence.id,
        member_id=member_id,
        state=RsvpState.CANCELLED,
        changed_at=uow.now,
    )
    uow.session.add(rsvp)
    return rsvp


def set_state(uow: UnitOfWork, occurrence: Occurrence, rsvp: Rsvp, state: RsvpState) -> None:
    """Change an RSVP's state and the occurrence's counters, and record the event."""
    had_place = rsvp.state in HAS_PLACE
    earlier = rsvp.revision or 0  # a new row has none before it is flushed
    rsvp.revision = earlier if rsvp.state == RsvpState.CANCELLED and not earlier else earlier + 1
    _leave(occurrence, rsvp)
    rsvp.state, rsvp.changed_at = state, uow.now
    rsvp.waitlist_seq = rsvp.offer_declined_at = rsvp.reconfirm_version = None
    if state == RsvpState.WAITLISTED:
        occurrence.waitlist_next += 1
        occurrence.waitlist_count += 1
        rsvp.waitlist_seq = occurrence.waitlist_next
        uow.record(RsvpWaitlisted(occurrence_id=occurrence.id, member_id=rsvp.member_id, is_standing=rsvp.is_standing))
    elif state == RsvpState.GOING:
        occurrence.going_count += 1
        uow.record(RsvpConfirmed(occurrence_id=occurrence.id, member_id=rsvp.member_id))
    elif had_place:
        uow.record(RsvpWithdrawn(occurrence_id=occurrence.id, member_id=rsvp.member_id))
    uow.session.flush()


def expire_offers(uow: UnitOfWork, occurrence: Occurrence) -> None:
    """End the lapsed offers and promote the waitlist. Every action on an occurrence does this first."""
    if occurrence.state != "scheduled" or occurrence.starts_at <= uow.now or not occurrence.held_count:
        return
    lapsed = rsvps.lapsed_offers(uow, occurrence)
    for rsvp in lapsed:
        _leave(occurrence, rsvp)
        occurrence.waitlist_count += 1
        rsvp.state, rsvp.offer_declined_at = RsvpState.WAITLISTED, uow.now
        uow.record(RsvpLapsed(occurrence_id=occurrence.id, member_id=rsvp.member_id))
    uow.session.flush()
    if lapsed:
        promote_waitlist(uow, occurrence)


def promote_waitlist(uow: UnitOfWork, occurrence: Occurrence) -> None:
    """Promote the waitlist into free seats: given, offered or open to claim. Does nothing after the start.

    Called when a seat may have been freed.
    """
    left = free_seats(occurrence)
    if occurrence.state != "scheduled" or not occurrence.waitlist_count or left == 0:
        return
    how = capacity.promotion_at(uow.now, starts_at=occurrence.starts_at)
    max_count = occurrence.waitlist_count if left is None else left
    if how is Promotion.GIVEN or (left is None and how is not Promotion.NONE):
        for rsvp in rsvps.first_on_waitlist(uow, occurrence, limit=max_count):
            _give(uow, occurrence, rsvp)
    elif how is Promotion.OFFERED:
        for rsvp in rsvps.first_on_waitlist(uow, occurrence, limit=max_count, but_passed_over=True):
            _offer(uow, occurrence, rsvp)
    elif how is Promotion.CLAIMED:
        uow.record(SeatAvailable(occurrence_id=occurrence.id))
    uow.session.flush()


def _leave(occurrence: Occurrence, rsvp: Rsvp) -> None:
    occurrence.going_count -= rsvp.state == RsvpState.GOING
    occurrence.waitlist_count -= rsvp.state == RsvpState.WAITLISTED
    occurrence.held_count -= rsvp.state == RsvpState.OFFERED
    rsvp.offer_expires_at = None


def _give(uow: UnitOfWork, occurrence: Occurrence, rsvp: Rsvp) -> None:
    _leave(occurrence, rsvp)
    occurrence.going_count += 1
    rsvp.state, rsvp.waitlist_seq, rsvp.offer_declined_at, rsvp.changed_at = RsvpState.GOING, None, None, uow.now
    rsvp.revision += 1
    uow.record(RsvpPromoted(occurrence_id=occurrence.id, member_id=rsvp.member_id))


def _offer(uow: UnitOfWork, occurrence: Occurrence, rsvp: Rsvp) -> None:
    _leave(occurrence, rsvp)
    occurrence.held_count += 1
    ends_at = capacity.hold_until(uow.now, starts_at=occurrence.starts_at)
    rsvp.state, rsvp.offer_expires_at, rsvp.changed_at = RsvpState.OFFERED, ends_at, uow.now
    uow.record(RsvpOffered(occurrence_id=occurrence.id, member_id=rsvp.member_id, expires_at=ends_at))
    uow.schedule(ends_at, OfferExpiryDue(occurrence_id=occurrence.id), key=f"offer:{rsvp.id}:{ends_at.isoformat()}")
