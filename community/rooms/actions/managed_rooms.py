"""Rooms that another feature opened and keeps: who is in them follows from something else than coming and going.

For features that have decided already who may: no permission is asked.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from community.core.unit_of_work import UnitOfWork
from community.rooms import access
from community.rooms.actions import membership


def lock_room(uow: UnitOfWork, *, room_id: UUID) -> None:
    """Let nobody else bring in or take out until this unit is done."""
    access.locked_room(uow, room_id)


def add_member(uow: UnitOfWork, *, room_id: UUID, members: Iterable[UUID]) -> None:
    """These members are in the room from now on. Who is in already stays as they are."""
    membership.add_members(uow, access.locked_room(uow, room_id), members)


def set_members(uow: UnitOfWork, *, room_id: UUID, members: Collection[UUID], may_stay: Collection[UUID]) -> None:
    """Bring these members in; whoever else is in goes out, but for those who `may_stay`."""
    room = access.locked_room(uow, room_id)
    others = access.members_of(uow, room) - {*members, *may_stay}
    membership.add_members(uow, room, members)
    if others:
        membership.remove_members(uow, room_id=room_id, members=others)


def close(uow: UnitOfWork, *, room_id: UUID) -> bool:
    """Close a room for new words, now; who is in it still reads it. False when it was closed already."""
    room = access.locked_room(uow, room_id)
    if room.archived_at is not None:
        return False
    room.archived_at = uow.now
    return True


def reopen(uow: UnitOfWork, *, room_id: UUID, closed_at: datetime | None = None) -> None:
    """Let people write in a closed room again; with `closed_at` only if nobody has closed it another time since."""
    room = access.locked_room(uow, room_id)
    if closed_at in (None, room.archived_at):
        room.archived_at = None


def rename(uow: UnitOfWork, *, room_id: UUID, name: str) -> None:
    """Call a room something else."""
    access.locked_room(uow, room_id).name = name
