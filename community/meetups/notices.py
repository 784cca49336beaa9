"""Who hears what of meetups, in words that tell a passer-by nothing."""

from uuid import UUID

from sqlalchemy.orm import Session

from community.core.subscribers import Notice, notices
from community.core.unit_of_work import Reading, utc_now
from community.meetups import queries
from community.meetups.events import MeetupPosted, OccurrenceCancelled, OccurrenceRescheduled, RsvpPromoted
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
    meetup_id = queries.meetup_of(Reading(session, None, utc_now()), event.occurrence_id)
    return Notice(to=[event.member_id], title="You have a place", url=f"/meetups/{meetup_id}")


def _to_those_coming(session: Session, occurrence_id: UUID, version: int, title: str) -> Notice | None:
    look = Reading(session, None, utc_now())
    to = queries.who_answered(look, occurrence_id, ("going", "waitlisted", "maybe"))
    if not to:
        return None
    url = f"/meetups/{queries.meetup_of(look, occurrence_id)}"
    return Notice(to=to, title=title, url=url, subject=occurrence_id, subject_version=version)
