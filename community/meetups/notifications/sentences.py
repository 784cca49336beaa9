"""Sentences of meetups and seats, as a member reads them in the app."""

from collections.abc import Sequence
from uuid import UUID

from community.core.outbox.notification_texts import (
    NotificationText,
    StoredNotification,
    fact_ids,
    named,
    notification_texts,
    short_time,
    texts_about,
)
from community.core.unit_of_work import ReadContext
from community.meetups.queries import notified_meetups
from community.meetups.queries.notified_meetups import NotifiedMeetup
from community.meetups.rules.reminders import REMINDERS
from community.meetups.rules.rsvps import RsvpState

# What is said of a date, and the answers with which it is still news. Without answers it is while the date is upcoming.
TITLES: dict[str, tuple[str, tuple[str, ...]]] = {
    "occurrence.rescheduled": ("{title} was moved", ()),
    "rsvp.promoted": ("You got a seat: {title}", (RsvpState.GOING,)),
    "rsvp.offered": ("A seat is held for you: {title}", (RsvpState.OFFERED,)),
    "rsvp.waitlisted": ("You’re on the waiting list: {title}", (RsvpState.WAITLISTED, RsvpState.OFFERED)),
    "rsvp.lapsed": ("The seat held for you has expired: {title}", ()),
    "waitlist.seat_available": ("A seat is free: {title}", (RsvpState.WAITLISTED, RsvpState.OFFERED)),
    "rsvp.seat_reclaimed": ("Your seat went to someone else: {title}", ()),
    **{f"reminder.{minutes}": ("Reminder: {title}", (RsvpState.GOING,)) for minutes in REMINDERS},
}


@notification_texts.on("meetup.posted", "host.changed")
def meetup_texts(ctx: ReadContext, stored: Sequence[StoredNotification]) -> dict[UUID, NotificationText]:
    """Return what is said of new meetups and of new hosts."""
    found = notified_meetups.by_meetup(ctx, fact_ids(stored, "meetup_id"))
    return texts_about(stored, "meetup_id", found, lambda one, meetup: _of_meetup(ctx, one.kind, meetup))


@notification_texts.on("occurrence.cancelled", *TITLES)
def date_texts(ctx: ReadContext, stored: Sequence[StoredNotification]) -> dict[UUID, NotificationText]:
    """Return what is said of dates and of the member's own seat."""
    found = notified_meetups.by_occurrence(ctx, fact_ids(stored, "occurrence_id"))
    return texts_about(stored, "occurrence_id", found, lambda one, meetup: _of_date(ctx, one.kind, meetup))


def _of_meetup(ctx: ReadContext, kind: str, meetup: NotifiedMeetup) -> NotificationText:
    title = named(meetup.title)
    if kind == "host.changed":
        return NotificationText(f"You’re now a host of {title}", meetup.when)
    return NotificationText(
        f"{named(meetup.host)} posted {title}" if meetup.host else f"New meetup: {title}",
        ", ".join(part for part in (meetup.when, _seats(meetup)) if part),
        is_ended=not meetup.is_upcoming(ctx.now),
        group="meetup.posted",
        group_title="{count} new meetups",
    )


def _of_date(ctx: ReadContext, kind: str, meetup: NotifiedMeetup) -> NotificationText:
    when = meetup.when
    if kind == "occurrence.cancelled":
        return NotificationText(f"{named(meetup.title)} is canceled", when)
    title, states = TITLES[kind]
    is_ended = not meetup.is_upcoming(ctx.now) or bool(states and meetup.my_state not in states)
    expires_at = meetup.offer_expires_at if kind == "rsvp.offered" else None
    is_ended |= expires_at is not None and expires_at <= ctx.now
    details = {
        "occurrence.rescheduled": f"Now {when}",
        "rsvp.lapsed": f"{when}. You’re still on the waiting list.",
        "rsvp.seat_reclaimed": f"{when}. Your answer is now “Maybe”.",
    }
    detail = details.get(kind, when)
    if expires_at is not None and not is_ended:
        detail = f"{when}. Please answer by {short_time(expires_at, ctx.actor.time_zone)}."
    return NotificationText(title.format(title=named(meetup.title)), detail, is_ended)


def _seats(meetup: NotifiedMeetup) -> str:
    """Return how many seats are left; empty without a limit."""
    left = meetup.seats_left
    if left is None or meetup.starts_at is None:
        return ""
    return "full, with a waiting list" if left == 0 else f"{left} {'seat' if left == 1 else 'seats'} left"
