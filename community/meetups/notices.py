"""Who hears what of meetups, in words that tell a passer-by nothing."""

from uuid import UUID

from sqlalchemy.orm import Session

from community.core.subscribers import Notice, notices, still_true
from community.core.unit_of_work import Reading, utc_now
from community.meetups import queries
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
from community.meetups.rules import REMINDERS
from community.members.queries import active_members


@notices.on(MeetupPosted)
def tell_everybody(session: Session, event: MeetupPosted) -> Notice:
    """Everyone who may come hears of it once."""
    to = [one for one in active_members(session, now=utc_now()) if one != event.host_id]
    return Notice(to=to, title="A new date was posted", url=f"/meetups/{event.meetup_id}")


@notices.on(OccurrenceCancelled)
def say_it_is_off(session: Session, event: OccurrenceCancelled) -> Notice | None:
    """Who wanted to come hears that it is off."""
    return _to_those_coming(session, event.occurrence_id, event.version, "A date you answered is cancelled")


@notices.on(OccurrenceRescheduled)
def say_it_moved(session: Session, event: OccurrenceRescheduled) -> Notice | None:
    """Who wanted to come hears that it moved."""
    return _to_those_coming(session, event.occurrence_id, event.version, "A date you answered has moved")


@notices.on(RsvpPromoted)
def tell_them(session: Session, event: RsvpPromoted) -> Notice:
    """A seat came free for somebody who waited."""
    return Notice(to=[event.member_id], title="You have a place", url=_url(session, event.occurrence_id))


@notices.on(RsvpWaitlisted)
def say_it_is_full(session: Session, event: RsvpWaitlisted) -> Notice | None:
    """A date of somebody's standing yes is full. Who answered by hand was told by the answer."""
    if not event.is_standing:
        return None
    url = _url(session, event.occurrence_id)
    return Notice(to=[event.member_id], title="You are in line for one of your dates", url=url)


@notices.on(RsvpOffered)
def ask_them(session: Session, event: RsvpOffered) -> Notice:
    """A seat is held for somebody who waits."""
    return Notice(to=[event.member_id], title="A place is held for you", url=_url(session, event.occurrence_id))


@notices.on(RsvpLapsed)
def say_it_went_on(session: Session, event: RsvpLapsed) -> Notice:
    """A held seat went to the next in line."""
    url = _url(session, event.occurrence_id)
    return Notice(to=[event.member_id], title="The place went on. You are still in line", url=url)


@notices.on(SeatOpened)
def call_the_quickest(session: Session, event: SeatOpened) -> Notice | None:
    """Shortly before the start, everybody who waits hears of a free seat."""
    to = queries.who_answered(Reading(session, None, utc_now()), event.occurrence_id, ("waitlisted",))
    return Notice(to=to, title="A place is free now", url=_url(session, event.occurrence_id)) if to else None


@notices.on(SeatReleased)
def say_it_was_given_on(session: Session, event: SeatReleased) -> Notice:
    """Who did not say whether they still come has the seat no more."""
    url = _url(session, event.occurrence_id)
    return Notice(to=[event.member_id], title="Your place went on. You are down as maybe", url=url)


@notices.on(HostChanged)
def tell_the_host(_session: Session, event: HostChanged) -> Notice:
    """Somebody hosts from now on."""
    return Notice(to=[event.member_id], title="You host a meetup", url=f"/meetups/{event.meetup_id}")


@notices.on(ReminderDue)
def remind_them(session: Session, event: ReminderDue) -> Notice | None:
    """Who is going and wants it hears of it once for each version of the date."""
    look = Reading(session, None, utc_now())
    to = queries.who_wants_reminding(look, event.occurrence_id, minutes=event.minutes)
    if not to:
        return None
    return Notice(
        to=to,
        title="A date you said yes to comes up",
        url=_url(session, event.occurrence_id),
        kind=f"reminder.{event.minutes}",
        subject=event.occurrence_id,
        subject_version=event.version,
    )


@still_true.on(*(f"reminder.{minutes}" for minutes in REMINDERS))
def is_still_going(session: Session, recipient_id: UUID, subject: UUID | None, subject_version: int | None) -> bool:
    """Whether they still go to a date that has not moved, is on, and has not begun."""
    look = Reading(session, None, utc_now())
    return subject is not None and queries.is_going(look, subject, recipient_id, version=subject_version)


def _url(session: Session, occurrence_id: UUID) -> str:
    meetup_id = queries.meetup_of(Reading(session, None, utc_now()), occurrence_id)
    return f"/meetups/{meetup_id}?date={occurrence_id}"


def _to_those_coming(session: Session, occurrence_id: UUID, version: int, title: str) -> Notice | None:
    look = Reading(session, None, utc_now())
    to = queries.who_answered(look, occurrence_id, ("going", "offered", "waitlisted", "maybe"))
    if not to:
        return None
    url = _url(session, occurrence_id)
    return Notice(to=to, title=title, url=url, subject=occurrence_id, subject_version=version)
