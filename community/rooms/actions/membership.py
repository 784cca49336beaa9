"""Membership of rooms: joining and leaving."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import delete

from community.core.errors import Conflict
from community.core.permissions import Permission
from community.core.unit_of_work import UnitOfWork
from community.rooms import access
from community.rooms.models import Room, RoomMembership


class MemberByRsvp(Conflict):
    """A member tried to leave the room of a meetup to which they go."""

    code = "in_by_answer"
    message = "You’re in this room because you’re going to the meetup. Change your answer there, or mute the room."


def bump_audience_version(uow: UnitOfWork, *, room_id: UUID) -> None:
    """Make every process that broadcasts the room read its audience anew, after a ban began or ended."""
    room = access.locked_room(uow, room_id)
    room.audience_version += 1
    uow.notify_room(room.id, head_seq=room.head_seq, head_rev=room.head_rev)


def add_members(uow: UnitOfWork, room: Room, members: Iterable[UUID]) -> None:
    """Add members to a locked or new room. Idempotent.

    They start with everything read: no one is greeted by a thousand unread messages.
    """
    inside = access.members_of(uow, room)
    fresh = [one for one in dict.fromkeys(members) if one not in inside]
    for member_id in fresh:
        uow.session.add(
            RoomMembership(room_id=room.id, member_id=member_id, joined_at=uow.now, last_read_seq=room.head_seq)
        )
    if fresh:
        room.audience_version += 1
        uow.session.flush()
        uow.notify_member(*fresh)


def remove_members(uow: UnitOfWork, *, room_id: UUID, members: Iterable[UUID]) -> None:
    """Remove members from a room; their open sockets get nothing more of it. No permission is checked."""
    room = access.locked_room(uow, room_id)
    _out(uow, room, members)


def join(uow: UnitOfWork, *, room_id: UUID) -> None:
    """Join a room. Idempotent. Raises NotFound."""
    room = access.room_to_join(uow, room_id)
    add_members(uow, room, [uow.actor.id])


def leave(uow: UnitOfWork, *, room_id: UUID) -> None:
    """Leave a room; the actor's open sockets get nothing more of it. Idempotent.

    Raises NotFound, MemberByRsvp for a meetup's room.
    """
    room = access.room_to_join(uow, room_id)
    if room.kind == "meetup" and not uow.actor.may(Permission.RUN_ROOMS):
        raise MemberByRsvp
    _out(uow, room, [uow.actor.id])


def _out(uow: UnitOfWork, room: Room, members: Iterable[UUID]) -> None:
    gone = uow.session.execute(
        delete(RoomMembership)
        .where(RoomMembership.room_id == room.id, RoomMembership.member_id.in_(list(members)))
        .returning(RoomMembership.member_id)
    ).all()
    if gone:
        room.audience_version += 1
        uow.notify_member(*(member_id for (member_id,) in gone))
