"""Who hears what of meetups, in words that tell a passer-by nothing."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from uuid import UUID

from community.core.kind_registries import mutable, still_true
from community.core.outbox.subscriptions import NotificationSpec, notify
from community.core.unit_of_work import ReadContext
from community.meetups.events import (
    HostChanged,
    MeetupPosted,
    OccurrenceCancelled,
    OccurrenceRescheduled,
    ReminderDue,
    RsvpLapsed,
    RsvpOffered,
    RsvpPromoted,
    RsvpWaitlisted,
    SeatOpened,
    SeatReleased,
)
from community.meetups.queries import attendees
from community.meetups.rules.reminders import REMINDERS
from community.members.queries.active_members import active_members

ANSWERED = ("going", "offered", "waitlisted", "maybe")
# What a notice of a seat says is true while the answer is in one of these states, on a date that is still to come.
SEAT_STATES = {
    "rsvp.promoted": ("going",),
    "rsvp.offered": ("offered",),
    "rsvp.waitlisted": ("waitlisted",),
    "rsvp.lapsed": ("waitlisted",),
    "seat.opened": ("waitlisted",),
    "seat.released": ("maybe",),
}


@notify.on(MeetupPosted)
def tell_everybody(ctx: ReadContext, event: MeetupPosted) -> NotificationSpec:
    """Everyone who may come hears of it once."""
    to = [one for one in active_members(ctx.session, now=ctx.now) if one != event.host_id]
    url = f"/meetups/{event.meetup_id}"
    return NotificationSpec(to=to, title="A new date was posted", url=url, concerns=[event.host_id])


@notify.on(OccurrenceCancelled)
def say_it_is_off(ctx: ReadContext, event: OccurrenceCancelled) -> NotificationSpec | None:
    """Who wanted to come hears that it is off."""
    return _to_those_coming(ctx, event.occurrence_id, event.version, "A date you answered is cancelled")


@notify.on(OccurrenceRescheduled)
def say_it_moved(ctx: ReadContext, event: OccurrenceRescheduled) -> NotificationSpec | None:
    """Who wanted to come hears that it moved."""
    return _to_those_coming(ctx, event.occurrence_id, event.version, "A date you answered has moved")


@notify.on(RsvpPromoted)
def tell_them(ctx: ReadContext, event: RsvpPromoted) -> NotificationSpec:
    """A seat came free for somebody who waited."""
    return _of_seat(ctx, event.occurrence_id, [event.member_id], "You have a place")


@notify.on(RsvpWaitlisted)
def say_it_is_full(ctx: ReadContext, event: RsvpWaitlisted) -> NotificationSpec | None:
    """A date of somebody's standing yes is full. Who answered by hand was told by the answer."""
    if not event.is_standing:
        return None
    return _of_seat(ctx, event.occurrence_id, [event.member_id], "You are in line for one of your dates")


@notify.on(RsvpOffered)
def ask_them(ctx: ReadContext, event: RsvpOffered) -> NotificationSpec:
    """A seat is held for somebody who waits."""
    notice = _of_seat(ctx, event.occurrence_id, [event.member_id], "A place is held for you")
    return replace(notice, worthless_at=event.expires_at if event.expires_at > ctx.now else None)


@notify.on(RsvpLapsed)
def say_it_went_on(ctx: ReadContext, event: RsvpLapsed) -> NotificationSpec:
    """A held seat went to the next in line."""
    return _of_seat(ctx, event.occurrence_id, [event.member_id], "The place went on. You are still in line")


@notify.on(SeatOpened)
def call_the_quickest(ctx: ReadContext, event: SeatOpened) -> NotificationSpec | None:
    """Shortly before the start, everybody who waits hears of a free seat."""
    to = attendees.who_answered(ctx, event.occurrence_id, ("waitlisted",))
    if not to:
        return None
    notice = _of_seat(ctx, event.occurrence_id, to, "A place is free now")
    return replace(notice, worthless_at=attendees.begins_at(ctx, event.occurrence_id))


@notify.on(SeatReleased)
def say_it_was_given_on(ctx: ReadContext, event: SeatReleased) -> NotificationSpec:
    """Who did not say whether they still come has the seat no more."""
    return _of_seat(ctx, event.occurrence_id, [event.member_id], "Your place went on. You are down as maybe")


@notify.on(HostChanged)
def tell_the_host(_look: ReadContext, event: HostChanged) -> NotificationSpec:
    """Somebody hosts from now on."""
    return NotificationSpec(to=[event.member_id], title="You host a meetup", url=f"/meetups/{event.meetup_id}")


@notify.on(ReminderDue)
def remind_them(ctx: ReadContext, event: ReminderDue) -> NotificationSpec | None:
    """Who is going and wants it hears of it once for each version of the date."""
    to = attendees.who_wants_reminding(ctx, event.occurrence_id, minutes=event.minutes)
    if not to:
        return None
    return replace(
        _of_date(ctx, event.occurrence_id, to, "A date you said yes to comes up"),
        kind=f"reminder.{event.minutes}",
        subject=event.occurrence_id,
        subject_version=event.version,
        worthless_at=attendees.begins_at(ctx, event.occurrence_id),
    )


@still_true.on(*(f"reminder.{minutes}" for minutes in REMINDERS))
def is_still_going(ctx: ReadContext, recipient_id: UUID, subject: UUID | None, subject_version: int | None) -> bool:
    """Whether they still go to a date that has not moved, is on, and has not begun."""
    return subject is not None and attendees.is_going(ctx, subject, recipient_id, version=subject_version)


def _hold_in(kind: str, states: Collection[str]) -> None:
    """Register that a notice of this kind is true while its recipient's answer is in one of these states."""

    @still_true.on(kind)
    def is_so(ctx: ReadContext, recipient_id: UUID, subject: UUID | None, _version: int | None) -> bool | str:
        return subject is None or attendees.why_not_in(ctx, subject, recipient_id, states=states) or True


for _kind, _states in SEAT_STATES.items():
    _hold_in(_kind, _states)


@still_true.on("occurrence.rescheduled")
def is_still_then(ctx: ReadContext, recipient_id: UUID, subject: UUID | None, version: int | None) -> bool | str:
    """Whether a date that moved is on, has not moved again or ended, and its member still wants to come."""
    if subject is None or version is None:
        return True
    return attendees.why_not_in(ctx, subject, recipient_id, states=ANSWERED, version=version) or True


@still_true.on("occurrence.cancelled")
def is_still_off(ctx: ReadContext, _recipient_id: UUID, subject: UUID | None, version: int | None) -> bool:
    """Whether a date that was called off is off."""
    return subject is None or attendees.is_off(ctx, subject, version=version)


@mutable.on("meetup")
def meetups(ctx: ReadContext, ids: Sequence[UUID]) -> dict[UUID, str]:
    """Meetups by their titles."""
    return attendees.titles(ctx, ids)


def _of_seat(ctx: ReadContext, occurrence_id: UUID, to: Sequence[UUID], title: str) -> NotificationSpec:
    """A notice of what became of somebody's own seat: a mute of the meetup is for talk and does not hold it back."""
    return replace(_of_date(ctx, occurrence_id, to, title), subject=occurrence_id, concerns=())


def _of_date(ctx: ReadContext, occurrence_id: UUID, to: Sequence[UUID], title: str) -> NotificationSpec:
    """A notice that leads to a date; who muted its meetup does not get it."""
    meetup_id = attendees.meetup_of(ctx, occurrence_id)
    concerns = [meetup_id] if meetup_id else []
    return NotificationSpec(to=to, title=title, url=f"/meetups/{meetup_id}?date={occurrence_id}", concerns=concerns)


def _to_those_coming(ctx: ReadContext, occurrence_id: UUID, version: int, title: str) -> NotificationSpec | None:
    to = attendees.who_answered(ctx, occurrence_id, ANSWERED)
    if not to:
        return None
    return replace(_of_seat(ctx, occurrence_id, to, title), subject_version=version)
