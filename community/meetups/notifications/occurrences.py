"""Notifications of meetups and their occurrences: posted, moved, cancelled, soon to begin."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from community.core.events import Priority
from community.core.kind_registries import mutable, still_true
from community.core.outbox.notification_kinds import Kind, declare_kind
from community.core.outbox.subscriptions import NotificationSpec, notify
from community.core.unit_of_work import ReadContext
from community.meetups.events import (
    HostChanged,
    MeetupPosted,
    OccurrenceCancelled,
    OccurrenceRescheduled,
    OccurrenceUpcoming,
)
from community.meetups.queries import attendees
from community.meetups.rules.reminders import REMINDERS
from community.meetups.rules.rsvps import WANTS_TO_COME
from community.members.queries.active_members import active_members

WHY_ANSWERED = "You replied to this meetup."


@notify.on(
    MeetupPosted,
    kind=Kind(
        label="A new meetup is posted",
        why="We tell everyone about a new meetup.",
        icon="meetups",
        priority=Priority.DIGEST,
        position=170,
        preview="A new meetup was posted",
        section="meetups",
    ),
)
def meetup_posted(ctx: ReadContext, event: MeetupPosted) -> NotificationSpec:
    """Notify every active member except the host of a new meetup."""
    to = [one for one in active_members(ctx.session, now=ctx.now) if one != event.host_id]
    url = f"/meetups/{event.meetup_id}"
    return NotificationSpec(to=to, title="There’s a new meetup", url=url, concerns=[event.host_id])


@notify.on(
    OccurrenceCancelled,
    kind=Kind(
        label="A meetup I replied to is canceled",
        staff_label="A meetup is canceled",
        preview="A meetup you replied to is canceled",
        why=WHY_ANSWERED,
        icon="meetups",
        mails=True,
        pushes=True,
        can_wait=False,
        position=190,
        section="meetups",
    ),
)
def occurrence_cancelled(ctx: ReadContext, event: OccurrenceCancelled) -> NotificationSpec | None:
    """Notify the members who wanted to come of a cancellation."""
    return _to_those_coming(ctx, event.occurrence_id, event.version, "A meetup you replied to is canceled")


@notify.on(
    OccurrenceRescheduled,
    kind=Kind(
        label="A meetup I replied to is moved",
        staff_label="A meetup is moved",
        preview="A meetup you replied to was moved",
        why=WHY_ANSWERED,
        icon="meetups",
        mails=True,
        pushes=True,
        can_wait=False,
        position=180,
        section="meetups",
    ),
)
def occurrence_rescheduled(ctx: ReadContext, event: OccurrenceRescheduled) -> NotificationSpec | None:
    """Notify the members who wanted to come of a new time or place."""
    return _to_those_coming(ctx, event.occurrence_id, event.version, "A meetup you replied to was moved")


@notify.on(
    HostChanged,
    kind=Kind(
        label="I’m made a host of a meetup",
        staff_label="A member is made a host",
        why="You’re a host.",
        icon="meetups",
        mails=True,
        position=140,
        preview="You’re a host now",
        section="meetups",
    ),
)
def host_changed(_ctx: ReadContext, event: HostChanged) -> NotificationSpec:
    """Notify a member who became a host."""
    return NotificationSpec(
        to=[event.member_id], title="You’re now a host of a meetup", url=f"/meetups/{event.meetup_id}"
    )


declare_kind(
    "reminder.2880",
    Kind(
        label="Reminder: two days before a meetup",
        why=WHY_ANSWERED,
        icon="clock",
        priority=Priority.TIMED,
        position=100,
        preview="Your meetup is in two days",
        section="meetups",
    ),
)


declare_kind(
    "reminder.1440",
    Kind(
        label="Reminder: the day before a meetup",
        preview="Your meetup is in a day",
        why=WHY_ANSWERED,
        icon="clock",
        priority=Priority.TIMED,
        mails=True,
        can_wait=False,
        position=110,
        section="meetups",
    ),
)


declare_kind(
    "reminder.120",
    Kind(
        label="Reminder: two hours before a meetup",
        preview="Your meetup starts in two hours",
        why=WHY_ANSWERED,
        icon="clock",
        priority=Priority.TIMED,
        pushes=True,
        can_wait=False,
        position=120,
        section="meetups",
    ),
)


declare_kind(
    "reminder.60",
    Kind(
        label="Reminder: one hour before a meetup",
        preview="Your meetup starts in an hour",
        why=WHY_ANSWERED,
        icon="clock",
        priority=Priority.TIMED,
        pushes=True,
        can_wait=False,
        position=130,
        section="meetups",
    ),
)


@notify.on(OccurrenceUpcoming)
def reminder_due(ctx: ReadContext, event: OccurrenceUpcoming) -> NotificationSpec | None:
    """Remind the attendees who chose this time, once for each version of the occurrence."""
    to = attendees.members_to_remind(ctx, event.occurrence_id, minutes=event.minutes)
    if not to:
        return None
    return replace(
        occurrence_notification(ctx, event.occurrence_id, to, "A meetup you’re going to is coming up"),
        kind=f"reminder.{event.minutes}",
        subject=event.occurrence_id,
        subject_version=event.version,
        expires_at=attendees.begins_at(ctx, event.occurrence_id),
    )


@still_true.on(*(f"reminder.{minutes}" for minutes in REMINDERS))
def is_still_going(ctx: ReadContext, recipient_id: UUID, subject: UUID | None, subject_version: int | None) -> bool:
    """Return whether the recipient still goes to the occurrence, which has not moved, begun or been cancelled."""
    return subject is not None and attendees.is_going(ctx, subject, recipient_id, version=subject_version)


@still_true.on("occurrence.rescheduled")
def is_still_rescheduled(ctx: ReadContext, recipient_id: UUID, subject: UUID | None, version: int | None) -> bool | str:
    """Return True while a moved occurrence is still upcoming in this version and its member wants to come.

    Otherwise returns the reason why the notification is outdated.
    """
    if subject is None or version is None:
        return True
    return attendees.why_outdated(ctx, subject, recipient_id, states=WANTS_TO_COME, version=version) or True


@still_true.on("occurrence.cancelled")
def is_still_cancelled(ctx: ReadContext, _recipient_id: UUID, subject: UUID | None, version: int | None) -> bool:
    """Return whether a cancelled occurrence is still cancelled."""
    return subject is None or attendees.is_cancelled(ctx, subject, version=version)


@mutable.on("meetup")
def mutable_meetups(ctx: ReadContext, ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return meetups by their titles, as things that can be muted."""
    return attendees.meetup_titles(ctx, ids)


def seat_notification(ctx: ReadContext, occurrence_id: UUID, to: Sequence[UUID], title: str) -> NotificationSpec:
    """Return a notification of a member's own seat. A mute of the meetup does not hold it back."""
    return replace(occurrence_notification(ctx, occurrence_id, to, title), subject=occurrence_id, concerns=())


def occurrence_notification(ctx: ReadContext, occurrence_id: UUID, to: Sequence[UUID], title: str) -> NotificationSpec:
    """Return a notification that links to an occurrence. Members who muted the meetup do not get it."""
    meetup_id = attendees.meetup_id_of(ctx, occurrence_id)
    concerns = [meetup_id] if meetup_id else []
    return NotificationSpec(to=to, title=title, url=f"/meetups/{meetup_id}?date={occurrence_id}", concerns=concerns)


def _to_those_coming(ctx: ReadContext, occurrence_id: UUID, version: int, title: str) -> NotificationSpec | None:
    to = attendees.members_with_rsvp(ctx, occurrence_id, WANTS_TO_COME)
    if not to:
        return None
    return replace(seat_notification(ctx, occurrence_id, to, title), subject_version=version)
