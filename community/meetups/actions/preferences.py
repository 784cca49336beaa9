"""Members' meetup preferences: being listed, reminders, and the calendar feed with its secret address."""

from typing import Any

from community.core.unit_of_work import UnitOfWork
from community.meetups.access import people
from community.meetups.models import MeetupPreference


def rotate_calendar(uow: UnitOfWork) -> None:
    """Give the actor's calendar a new address. The old one ends."""
    people.own_preference(uow).feed_version += 1
    uow.session.flush()


def change_preferences(uow: UnitOfWork, *, changes: dict[str, Any]) -> MeetupPreference:
    """Change the actor's preferences: is_listed, remind_minutes, has_full_titles."""
    wanted = people.own_preference(uow)
    for name, value in changes.items():
        setattr(wanted, name, sorted({*value}, reverse=True) if isinstance(value, list) else value)
    wanted.revision, wanted.changed_at = wanted.revision + 1, uow.now
    uow.session.flush()
    return wanted
