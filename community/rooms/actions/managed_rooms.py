"""Rooms that another feature owns, which also decides their members.

No permission is checked: that is up to the calling feature.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import update

from community.core.unit_of_work import UnitOfWork
from community.rooms import access
from community.rooms.actions import membership
from community.rooms.models import RoomMembership


def lock_room(uow: UnitOfWork, *, room_id: UUID) -> None:
    """Lock a room against changes of its members until this unit of work ends."""
    access.locked_room(uow, room_id)


def add_member(uow: UnitOfWork, *, room_id: UUID, members: Iterable[UUID]) -> None:
    """Add these members to the room. Idempotent."""
    membership.add_members(uow, access.locked_room(uow, room_id), members)


def set_members(uow: UnitOfWork, *, room_id: UUID, members: Collection[UUID], may_stay: Collection[UUID]) -> None:
    """Add these members, and remove all others except those who `may_stay`. Idempotent."""
    room = access.locked_room(uow, room_id)
    others = access.members_of(uow, room) - {*members, *may_stay}
    membership.add_members(uow, room, members)
    if others:
        membership.remove_members(uow, room_id=room_id, members=others)


def close(uow: UnitOfWork, *, room_id: UUID) -> bool:
    """Close a room for new messages; its members can still read it. False when it was closed already."""
    room = access.locked_room(uow, room_id)
    if room.archived_at is not None:
        return False
    room.archived_at = uow.now
    return True


def reopen(uow: UnitOfWork, *, room_id: UUID, closed_at: datetime | None = None) -> None:
    """Open a closed room for messages again; with `closed_at` only if it was not closed another time since."""
    room = access.locked_room(uow, room_id)
    if closed_at in (None, room.archived_at):
        room.archived_at = None


def rename(uow: UnitOfWork, *, room_id: UUID, name: str) -> None:
    """Rename a room."""
    access.locked_room(uow, room_id).name = name


def show_presence_to_each_other(uow: UnitOfWork, *, room_id: UUID) -> None:
    """Let everyone in a room see who is there and writing, until they turn it off for themselves."""
    query = update(RoomMembership).where(RoomMembership.room_id == room_id).values(shows_presence=True)
    uow.session.execute(query)
