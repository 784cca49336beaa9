"""The first seven days of somebody: what happens in them, and what its time has come for."""

from dataclasses import dataclass
from uuid import UUID

from community.core.events import Event


@dataclass(frozen=True, kw_only=True)
class FirstWeekBegun(Event, name="first_week.begun"):
    """Somebody is new here; who welcomes them hears of it."""

    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class NewcomerWelcomed(Event, name="first_week.welcomed"):
    """Somebody new was welcomed by a person."""

    member_id: UUID
    by: UUID


@dataclass(frozen=True, kw_only=True)
class HelloDue(Event, name="first_week.hello_due"):
    """It is time to look whether somebody new was welcomed."""

    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class DoorWanted(Event, name="first_week.door_wanted"):
    """Somebody new would like to be met at the door of a date; again when `instead_of`, who would have, does not."""

    member_id: UUID
    occurrence_id: UUID
    instead_of: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class DoorTaken(Event, name="first_week.door_taken"):
    """Somebody waits at the door for who is new."""

    member_id: UUID
    by: UUID


@dataclass(frozen=True, kw_only=True)
class DoorClosed(Event, name="first_week.door_closed"):
    """Somebody new does not come to that date after all, or it is off; `companion_id` would have waited."""

    member_id: UUID
    occurrence_id: UUID
    companion_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class DoorUnwatched(Event, name="first_week.door_unwatched"):
    """Within a day somebody new comes to a date, and nobody waits at the door."""

    member_id: UUID
    occurrence_id: UUID


@dataclass(frozen=True, kw_only=True)
class DoorDue(Event, name="first_week.door_due"):
    """It is time to look whether somebody waits at the door."""

    member_id: UUID
    occurrence_id: UUID


@dataclass(frozen=True, kw_only=True)
class FirstWeekDue(Event, name="first_week.due"):
    """Somebody's first seven days are over."""

    member_id: UUID
