"""RSVPs of members: to an occurrence, to a whole series, and to an offered seat."""

from uuid import UUID

from community.core.errors import Conflict, Gone
from community.core.unit_of_work import UnitOfWork
from community.meetups.access import occurrences, rsvps
from community.meetups.actions import occurrences as occurrences_actions
from community.meetups.actions import waitlist
from community.meetups.models import Rsvp, StandingRsvp
from community.meetups.rules.capacity import Promotion, promotion_at
from community.meetups.rules.rsvps import HAS_PLACE, RsvpAnswer, RsvpState, state_after
from community.members.actions import quotas
from community.members.events import MemberDeactivated, MemberSuspended


class OfferLapsed(Gone):
    """An offered seat that went to the next member on the waitlist."""

    code = "offer_lapsed"
    message = "We couldn’t hold it any longer, so we asked the next person. You’re still on the waiting list."


class SeatTaken(Conflict):
    """A free seat that another member claimed first."""

    code = "seat_taken"
    message = "Someone else took it first. You’re still on the waiting list."


class OnceOnly(Conflict):
    """A standing RSVP to a meetup that happens once."""

    code = "once_only"
    message = "This meetup happens only once. Answer the meetup itself."


def answer_occurrence(uow: UnitOfWork, *, occurrence_id: UUID, answer: RsvpAnswer) -> Rsvp:
    """Record the actor's RSVP. A full occurrence puts them on the waitlist. Raises NotFound, RsvpClosed."""
    occurrence = occurrences.open_occurrence(uow, occurrence_id)
    waitlist.expire_offers(uow, occurrence)
    rsvp = rsvps.rsvp_of(uow, occurrence, uow.actor.id)
    before = rsvp.state if rsvp else None
    state = state_after(RsvpAnswer(answer), before=before, left=waitlist.free_seats(occurrence))
    if rsvp is None:
        rsvp = waitlist.new_rsvp(uow, occurrence, uow.actor.id)
    rsvp.is_standing, rsvp.reconfirm_version = False, None
    if state != before:
        waitlist.set_state(uow, occurrence, rsvp, state)
        if before in HAS_PLACE:
            quotas.take(uow, quotas.ANSWERS)
            waitlist.promote_waitlist(uow, occurrence)
    uow.session.flush()
    return rsvp


def answer_series(uow: UnitOfWork, *, meetup_id: UUID, answer: RsvpAnswer) -> StandingRsvp:
    """Record the actor's standing RSVP to a series. Their answers to single occurrences stay.

    Raises NotFound, OnceOnly, RsvpClosed while the series is paused.
    """
    actor = uow.actor
    meetup = occurrences.locked_meetup(uow, meetup_id)
    if meetup.recurrence is None:
        raise OnceOnly
    if meetup.paused_at is not None:
        raise occurrences.RsvpClosed
    quotas.take(uow, quotas.ANSWERS)
    standing = rsvps.standing_rsvp(uow, meetup.id, actor.id)
    if standing is None:
        standing = StandingRsvp(meetup_id=meetup.id, member_id=actor.id)
        uow.session.add(standing)
    standing.answer, standing.changed_at = str(answer), uow.now
    uow.session.flush()
    coming = [
        occurrence for occurrence in occurrences.locked_occurrences(uow, meetup) if occurrence.state == "scheduled"
    ]
    mine = rsvps.rsvps_to(uow, coming, actor.id)
    for occurrence in coming:
        rsvp = mine.get(occurrence.id)
        if rsvp is None or rsvp.is_standing or rsvp.state == RsvpState.CANCELLED:
            waitlist.expire_offers(uow, occurrence)
            occurrences_actions.apply_standing_rsvp(uow, occurrence, actor.id, RsvpAnswer(answer), rsvp)
    return standing


def expire_offers(uow: UnitOfWork, *, occurrence_id: UUID) -> None:
    """Pass the lapsed offers of an occurrence on to the waitlist. Raises NotFound."""
    _ = uow.actor
    waitlist.expire_offers(uow, occurrences.locked_occurrence(uow, occurrence_id))


def accept_offer(uow: UnitOfWork, *, occurrence_id: UUID) -> Rsvp:
    """Take the seat offered to the actor, or a free one that the first on the waitlist may claim. Idempotent.

    Raises NotFound, RsvpClosed, OfferLapsed when its time is over, SeatTaken when another member was faster.
    """
    occurrence = occurrences.open_occurrence(uow, occurrence_id)
    waitlist.expire_offers(uow, occurrence)
    rsvp = rsvps.own_rsvp(uow, occurrence)
    is_open = promotion_at(uow.now, starts_at=occurrence.starts_at) is Promotion.CLAIMED
    if rsvp.state == RsvpState.DECLINED or (
        rsvp.state == RsvpState.WAITLISTED and rsvp.offer_declined_at and not is_open
    ):
        raise OfferLapsed
    if rsvp.state == RsvpState.WAITLISTED and waitlist.free_seats(occurrence) == 0:
        raise SeatTaken
    if rsvp.state != RsvpState.GOING:
        rsvp.is_standing = False
        waitlist.set_state(uow, occurrence, rsvp, RsvpState.GOING)
    return rsvp


def decline_offer(uow: UnitOfWork, *, occurrence_id: UUID) -> Rsvp:
    """Decline an offered seat. The actor leaves the waitlist and the next member is offered it. Idempotent.

    Raises NotFound, RsvpClosed, OfferLapsed when its time is over.
    """
    occurrence = occurrences.open_occurrence(uow, occurrence_id)
    waitlist.expire_offers(uow, occurrence)
    rsvp = rsvps.own_rsvp(uow, occurrence)
    if rsvp.state == RsvpState.WAITLISTED and rsvp.offer_declined_at:
        raise OfferLapsed
    if rsvp.state == RsvpState.OFFERED:
        quotas.take(uow, quotas.ANSWERS)
        rsvp.is_standing = False
        waitlist.set_state(uow, occurrence, rsvp, RsvpState.DECLINED)
        waitlist.promote_waitlist(uow, occurrence)
    return rsvp


def withdraw_member(uow: UnitOfWork, event: MemberSuspended | MemberDeactivated) -> None:
    """Withdraw a member who can no longer come from every upcoming occurrence. The waitlist gets the seats."""
    for occurrence_id in rsvps.upcoming_occurrence_ids(uow, event.member_id):
        occurrence = occurrences.locked_occurrence(uow, occurrence_id)
        rsvp = rsvps.rsvp_of(uow, occurrence, event.member_id)
        if rsvp is not None and rsvp.state in HAS_PLACE:
            waitlist.set_state(uow, occurrence, rsvp, RsvpState.CANCELLED)
            waitlist.promote_waitlist(uow, occurrence)
