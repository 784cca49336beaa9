"""How coordinators keep a room: its name and rules, how long words stay, when it closes."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from community.core import audit_log
from community.core.unit_of_work import UnitOfWork
from community.rooms import access
from community.rooms.models import Room


@dataclass(frozen=True)
class RoomSettings:
    """A room as coordinators keep it."""

    id: UUID
    kind: str
    name: str
    topic: str
    rules: str
    retention_days: int | None
    slow_seconds: int
    is_closed: bool


def settings_of(room: Room) -> RoomSettings:
    """The row as a view."""
    is_closed = room.archived_at is not None
    return RoomSettings(
        room.id, room.kind, room.name, room.topic, room.rules, room.retention_days, room.slow_seconds, is_closed
    )


def change_room(uow: UnitOfWork, *, room_id: UUID, **changes: Any) -> Room:
    """Change name, topic, rules or retention_days or slow_seconds of a room. Raises Forbidden, NotFound.

    A shorter retention takes what is older with the worker's next round, for good.
    """
    room = access.room_to_configure(uow, room_id)
    for name, value in changes.items():
        setattr(room, name, value)
    audit_log.record(uow, "room.changed", subject_id=room.id, what=" ".join(sorted(changes)))
    return room


def close_room(uow: UnitOfWork, *, room_id: UUID) -> None:
    """Close a room for new words; who is in it still reads it. Twice is once. Raises Forbidden, NotFound."""
    room = access.room_to_configure(uow, room_id)
    room.archived_at = room.archived_at or uow.now


def reopen_room(uow: UnitOfWork, *, room_id: UUID) -> None:
    """Let people write in it again. Raises Forbidden, NotFound."""
    access.room_to_configure(uow, room_id).archived_at = None
