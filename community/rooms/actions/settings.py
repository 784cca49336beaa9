"""Settings of a room, for coordinators: name, rules, retention, slow mode, closing."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from community.core import audit_log
from community.core.unit_of_work import UnitOfWork
from community.rooms import access
from community.rooms.models import Room


@dataclass(frozen=True)
class RoomSettings:
    """The settings of a room."""

    id: UUID
    kind: str
    name: str
    topic: str
    rules: str
    retention_days: int | None
    slow_seconds: int
    is_closed: bool


def settings_of(room: Room) -> RoomSettings:
    """Return a room's settings."""
    is_closed = room.archived_at is not None
    return RoomSettings(
        room.id, room.kind, room.name, room.topic, room.rules, room.retention_days, room.slow_seconds, is_closed
    )


def change_room(uow: UnitOfWork, *, room_id: UUID, **changes: Any) -> Room:
    """Change the name, topic, rules, retention_days or slow_seconds of a room. Raises Forbidden, NotFound.

    With a shorter retention the worker's next run deletes older messages for good.
    """
    room = access.room_to_configure(uow, room_id)
    for name, value in changes.items():
        setattr(room, name, value)
    audit_log.record(uow, "room.changed", subject_id=room.id, what=" ".join(sorted(changes)))
    return room


def close_room(uow: UnitOfWork, *, room_id: UUID) -> None:
    """Close a room for new messages; its members can still read it. Idempotent. Raises Forbidden, NotFound."""
    room = access.room_to_configure(uow, room_id)
    room.archived_at = room.archived_at or uow.now


def reopen_room(uow: UnitOfWork, *, room_id: UUID) -> None:
    """Open a closed room for messages again. Raises Forbidden, NotFound."""
    access.room_to_configure(uow, room_id).archived_at = None
