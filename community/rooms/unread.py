"""What is unread for many members at once, derived and never stored, at a cost that does not grow with what is unread.

Everything after a member's marker (and after what retention took) is unread but for what they wrote, what was
removed, and what somebody wrote whom they are kept apart from. So the numbers are subtracted: the room's head less the
marker less these three, each counted over an index of its own, as `queries.markers` does for one member (a test
compares them).
"""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.orm import Session

from community.rooms.models import Message, Room, RoomMembership

Key = tuple[UUID, UUID]


@dataclass(frozen=True)
class Reached:
    """How far a member has read a room, how far it goes, and up to where retention took it."""

    member_id: UUID
    room_id: UUID
    last_read_seq: int
    head_seq: int
    head_rev: int
    cut_seq: int


def reached(session: Session, member_ids: Collection[UUID]) -> list[Reached]:
    """For all of these members and their rooms."""
    return [Reached(*row) for row in session.connection().execute(REACHED, {"members": list(member_ids)})]


def unread(session: Session, places: Collection[Reached], hidden: dict[UUID, frozenset[UUID]]) -> dict[Key, int]:
    """How much is unread at each of these places, by (member, room); `hidden`: whom each member is kept apart from."""
    found = {(one.member_id, one.room_id): one.head_seq - max(one.last_read_seq, one.cut_seq) for one in places}
    behind = {key for key, count in found.items() if count}
    if not behind:
        return found
    these = {"members": list({member for member, _ in behind}), "rooms": list({room for _, room in behind})}
    connection = session.connection()
    for query in (OWN, REMOVED):
        for member_id, room_id, count in connection.execute(query, these):
            if (member_id, room_id) in behind:
                found[member_id, room_id] -= count
    for viewer, people in hidden.items():
        rooms = [room_id for member_id, room_id in behind if member_id == viewer]
        if rooms:
            theirs = {"members": [viewer], "rooms": rooms, "authors": list(people)}
            for _, room_id, count in connection.execute(BY_HIDDEN, theirs):
                found[viewer, room_id] -= count
    return found


REACHED = (
    select(
        RoomMembership.member_id,
        Room.id,
        RoomMembership.last_read_seq,
        Room.head_seq,
        Room.head_rev,
        Room.cut_seq,
    )
    .join(Room, Room.id == RoomMembership.room_id)
    .where(RoomMembership.member_id.in_(bindparam("members", expanding=True)))
)
AFTER = (
    select(RoomMembership.member_id, RoomMembership.room_id, func.count())
    .join(Room, Room.id == RoomMembership.room_id)
    .join(
        Message,
        and_(Message.room_id == Room.id, Message.seq > RoomMembership.last_read_seq, Message.seq > Room.cut_seq),
    )
    .where(
        RoomMembership.member_id.in_(bindparam("members", expanding=True)),
        RoomMembership.room_id.in_(bindparam("rooms", expanding=True)),
    )
    .group_by(RoomMembership.member_id, RoomMembership.room_id)
)
OWN = AFTER.where(Message.author_id == RoomMembership.member_id)
REMOVED = AFTER.where(Message.removed_at.is_not(None), Message.author_id != RoomMembership.member_id)
BY_HIDDEN = AFTER.where(Message.author_id.in_(bindparam("authors", expanding=True)), Message.removed_at.is_(None))
