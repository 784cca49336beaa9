"""Membership of rooms: joining and leaving."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete

from community.core.errors import Conflict
from community.core.permissions import Permission
from community.core.unit_of_work import UnitOfWork
from community.rooms import access
from community.rooms.access.conversations import member_of_conversation
from community.rooms.models import Room, RoomMembership


@dataclass(frozen=True)
class MembershipSettings:
    """A member's own settings for a room, kept so that leaving it can be undone."""

    last_read_seq: int
    muted_until: datetime | None
    shows_presence: bool


class MemberByRsvp(Conflict):
    """A member tried to leave the room of a meetup to which they go."""

    code = "in_by_answer"
    message = "You’re in this room because you’re going to the meetup. Change your answer there, or mute the room."


class OwnConversation(Conflict):
    """A member tried to leave their conversation with the coordinators."""

    code = "own_conversation"
    message = "Coordinators write to you here, so you can’t leave. You can mute it."


def bump_audience_version(uow: UnitOfWork, *, room_id: UUID) -> None:
    """Make every process that broadcasts the room read its audience anew, after a ban began or ended."""
    room = access.locked_room(uow, room_id)
    room.audience_version += 1
    uow.notify_room(room.id, head_seq=room.head_seq, head_rev=room.head_rev)


def add_members(uow: UnitOfWork, room: Room, members: Iterable[UUID]) -> list[RoomMembership]:
    """Add members to a locked or new room, and return the new memberships. Idempotent.

    They start with everything read: no one is greeted by a thousand unread messages.
    """
    inside = access.members_of(uow, room)
    fresh = [
        RoomMembership(room_id=room.id, member_id=one, joined_at=uow.now, last_read_seq=room.head_seq)
        for one in dict.fromkeys(members)
        if one not in inside
    ]
    if fresh:
        uow.session.add_all(fresh)
        room.audience_version += 1
        uow.session.flush()
        uow.notify_member(*(one.member_id for one in fresh))
    return fresh


def remove_members(uow: UnitOfWork, *, room_id: UUID, members: Iterable[UUID]) -> None:
    """Remove members from a room; their open sockets get nothing more of it. No permission is checked."""
    room = access.locked_room(uow, room_id)
    _out(uow, room, members)


def join(uow: UnitOfWork, *, room_id: UUID, settings: MembershipSettings | None = None) -> None:
    """Join a room, with the settings that the actor had before they left it. Idempotent. Raises NotFound."""
    room = access.room_to_join(uow, room_id)
    for place in add_members(uow, room, [uow.actor.id]):
        if settings is not None:
            place.last_read_seq = min(settings.last_read_seq, room.head_seq)
            place.muted_until, place.shows_presence = settings.muted_until, settings.shows_presence


def leave(uow: UnitOfWork, *, room_id: UUID) -> MembershipSettings | None:
    """Leave a room, and return the settings that the actor had there. Idempotent.

    Their open sockets get nothing more of it.

    Raises NotFound, MemberByRsvp for a meetup's room, OwnConversation.
    """
    room = access.room_to_join(uow, room_id)
    if room.kind == "meetup" and not uow.actor.may(Permission.RUN_ROOMS):
        raise MemberByRsvp
    if member_of_conversation(uow, room.id) == uow.actor.id:
        raise OwnConversation
    return _out(uow, room, [uow.actor.id]).get(uow.actor.id)


def _out(uow: UnitOfWork, room: Room, members: Iterable[UUID]) -> dict[UUID, MembershipSettings]:
    place = RoomMembership
    gone = uow.session.execute(
        delete(place)
        .where(place.room_id == room.id, place.member_id.in_(list(members)))
        .returning(place.member_id, place.last_read_seq, place.muted_until, place.shows_presence)
    ).all()
    if gone:
        room.audience_version += 1
        uow.notify_member(*(one.member_id for one in gone))
    return {one.member_id: MembershipSettings(one.last_read_seq, one.muted_until, one.shows_presence) for one in gone}
