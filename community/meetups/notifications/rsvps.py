"""Notifications of a member's own seat at a meetup."""

from collections.abc import Collection
from dataclasses import replace
from uuid import UUID

from community.core.kind_registries import still_true
from community.core.outbox.notification_kinds import Kind
from community.core.outbox.subscriptions import NotificationSpec, notify
from community.core.unit_of_work import ReadContext
from community.meetups.events import RsvpLapsed, RsvpOffered, RsvpPromoted, RsvpWaitlisted, SeatAvailable, SeatReclaimed
from community.meetups.notifications.occurrences import WHY_ANSWERED, seat_notification
from community.meetups.queries import attendees
from community.meetups.rules.rsvps import RsvpState

# A notification of a seat is true while the RSVP is in one of these states and the occurrence is upcoming.
SEAT_STATES = {
    "rsvp.promoted": (RsvpState.GOING,),
    "rsvp.offered": (RsvpState.OFFERED,),
    "rsvp.waitlisted": (RsvpState.WAITLISTED,),
    "rsvp.lapsed": (RsvpState.WAITLISTED,),
    "waitlist.seat_available": (RsvpState.WAITLISTED,),
    "rsvp.seat_reclaimed": (RsvpState.MAYBE,),
}


@notify.on(
    RsvpPromoted,
    kind=Kind(
        label="I got a seat from the waiting list",
        staff_label="A member got a seat from the waiting list",
        preview="You got a seat",
        why="You’re on the waiting list.",
        icon="meetups",
        mails=True,
        pushes=True,
        can_wait=False,
        position=50,
        section="meetups",
    ),
)
def rsvp_promoted(ctx: ReadContext, event: RsvpPromoted) -> NotificationSpec:
    """Notify a member on the waitlist of their seat."""
    return seat_notification(ctx, event.occurrence_id, [event.member_id], "You got a seat")


@notify.on(
    RsvpWaitlisted,
    kind=Kind(
        label="I’m on a waiting list",
        staff_label="A member is on a waiting list",
        why=WHY_ANSWERED,
        icon="meetups",
        position=150,
        preview="You’re on a waiting list",
        section="meetups",
    ),
)
def rsvp_waitlisted(ctx: ReadContext, event: RsvpWaitlisted) -> NotificationSpec | None:
    """Notify a member whose standing RSVP met a full occurrence. An answer of one's own says so itself."""
    if not event.is_standing:
        return None
    return seat_notification(ctx, event.occurrence_id, [event.member_id], "You’re on a waiting list")


@notify.on(
    RsvpOffered,
    kind=Kind(
        label="A seat is held for me",
        staff_label="A seat is held for a member",
        preview="A seat is held for you",
        why="You’re on the waiting list.",
        icon="meetups",
        mails=True,
        pushes=True,
        can_wait=False,
        position=60,
        section="meetups",
    ),
)
def seat_offered(ctx: ReadContext, event: RsvpOffered) -> NotificationSpec:
    """Notify a member on the waitlist of the seat that is offered to them."""
    notice = seat_notification(ctx, event.occurrence_id, [event.member_id], "A seat is held for you")
    return replace(notice, expires_at=event.expires_at if event.expires_at > ctx.now else None)


@notify.on(
    RsvpLapsed,
    kind=Kind(
        label="A seat held for me has expired",
        staff_label="A held seat has expired",
        why="You’re on the waiting list.",
        icon="meetups",
        position=70,
        preview="The seat held for you has expired",
        section="meetups",
    ),
)
def offer_lapsed(ctx: ReadContext, event: RsvpLapsed) -> NotificationSpec:
    """Notify a member whose offered seat was passed on."""
    return seat_notification(ctx, event.occurrence_id, [event.member_id], "The seat held for you has expired")


@notify.on(
    SeatAvailable,
    kind=Kind(
        label="A seat becomes free shortly before a meetup",
        preview="A seat is free",
        why="You’re on the waiting list.",
        icon="meetups",
        mails=True,
        can_wait=False,
        position=80,
        section="meetups",
    ),
)
def seat_opened(ctx: ReadContext, event: SeatAvailable) -> NotificationSpec | None:
    """Notify everyone on the waitlist of a free seat shortly before the start."""
    to = attendees.members_with_rsvp(ctx, event.occurrence_id, (RsvpState.WAITLISTED,))
    if not to:
        return None
    notice = seat_notification(ctx, event.occurrence_id, to, "A seat is free")
    return replace(notice, expires_at=attendees.begins_at(ctx, event.occurrence_id))


@notify.on(
    SeatReclaimed,
    kind=Kind(
        label="My seat went to someone else",
        staff_label="A seat went to someone else",
        why=WHY_ANSWERED,
        icon="meetups",
        position=90,
        preview="Your seat went to someone else",
        section="meetups",
    ),
)
def seat_released(ctx: ReadContext, event: SeatReclaimed) -> NotificationSpec:
    """Notify an attendee who did not confirm that their seat was passed on."""
    return seat_notification(ctx, event.occurrence_id, [event.member_id], "Your seat went to someone else")


def _hold_in(kind: str, states: Collection[str]) -> None:
    """Register that a notification of this kind is true while its recipient's RSVP is in one of these states."""

    @still_true.on(kind)
    def is_so(ctx: ReadContext, recipient_id: UUID, subject: UUID | None, _version: int | None) -> bool | str:
        return subject is None or attendees.why_outdated(ctx, subject, recipient_id, states=states) or True


for _kind, _states in SEAT_STATES.items():
    _hold_in(_kind, _states)
