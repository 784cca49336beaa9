"""Posting a meetup: once, or a series with all occurrences up to the horizon."""

from datetime import datetime

from community.core.errors import ValidationFailed
from community.core.ids import new_id
from community.core.permissions import Permission
from community.core.unit_of_work import UnitOfWork
from community.meetups.actions import chat_room, occurrences
from community.meetups.events import MeetupPosted
from community.meetups.models import Meetup
from community.meetups.rules import recurrence as repeating
from community.meetups.rules.recurrence import Recurrence


def post(
    uow: UnitOfWork,
    *,
    title: str,
    description: str,
    starts_at_local: datetime,
    time_zone: str,
    duration_minutes: int,
    place: dict[str, str],
    capacity: int | None = None,
    recurrence: str | None = None,
    has_room: bool = False,
) -> Meetup:
    """Post a meetup with one occurrence, or with those of its rule, as a coordinator.

    `recurrence` is an RRULE with EXDATE and RDATE lines. `has_room` opens a chat room for the attendees. Raises
    Forbidden, ValidationFailed for a wrong rule and for occurrences that are all over.
    """
    host = uow.permitted(Permission.RUN_MEETUPS)
    repeats = repeating.requested(recurrence, first=starts_at_local, time_zone=time_zone)
    meetup = Meetup(
        id=new_id(),
        host_id=host.id,
        title=title,
        description=description,
        time_zone=time_zone,
        duration_minutes=duration_minutes,
        place_kind=place["kind"],
        address=place.get("address") or "",
        url=place.get("url") or "",
        created_at=uow.now,
        capacity=capacity,
        recurrence=repeats.as_json() if repeats else None,
    )
    wanted = occurrences.upcoming_wall_times(uow, meetup, repeats or once(starts_at_local))
    if not wanted:
        raise ValidationFailed(errors={"starts_at_local": ["This time has passed."]})
    uow.session.add(meetup)
    uow.session.flush()
    occurrences.create_occurrences(uow, meetup, wanted)
    occurrences.set_horizon(uow, meetup, repeats)
    uow.session.flush()
    if has_room:
        chat_room.set_room(uow, meetup, has_room=True)
    uow.record(MeetupPosted(meetup_id=meetup.id, host_id=host.id))
    return meetup


def once(wall_time: datetime) -> Recurrence:
    """Return a meetup that happens once as a recurrence with one date."""
    return Recurrence(rule="", first=wall_time, extra=(wall_time,))
