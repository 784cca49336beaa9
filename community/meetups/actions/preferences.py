"""What a member wants of meetups: to be listed, reminded, and fed into their calendar under an address of their own."""

from typing import Any

from community.core.crypto import derived, token_hash
from community.core.unit_of_work import UnitOfWork
from community.meetups import access
from community.meetups.models import MeetupPreference


def calendar_secret(uow: UnitOfWork, *, secret: str) -> str:
    """The secret part of the address of the actor's calendar, which is there from now on."""
    wanted = access.own_preference(uow)
    return _keep(wanted, secret) if wanted.feed_hash is None else _secret(wanted, secret)


def rotate_calendar(uow: UnitOfWork, *, secret: str) -> str:
    """A new address for the actor's calendar; the old one is no more."""
    return _keep(access.own_preference(uow), secret)


def change_preferences(uow: UnitOfWork, *, changes: dict[str, Any]) -> MeetupPreference:
    """Change what the actor wants: is_listed, remind_minutes, has_full_titles."""
    wanted = access.own_preference(uow)
    for name, value in changes.items():
        setattr(wanted, name, sorted({*value}, reverse=True) if isinstance(value, list) else value)
    uow.session.flush()
    return wanted


def _keep(wanted: MeetupPreference, secret: str) -> str:
    wanted.feed_version += 1
    made = _secret(wanted, secret)
    wanted.feed_hash = token_hash(made)
    return made


def _secret(wanted: MeetupPreference, secret: str) -> str:
    return derived(secret, "calendar", f"{wanted.member_id}:{wanted.feed_version}")
