"""Unread counts: derived and never stored, at a cost that does not grow with the number of unread messages.

Everything after a member's marker (and after what retention deleted) is unread, except their own messages, messages of
members blocked from them, and removed ones. So these numbers are subtracted from the room's head less the marker. The
messages of one author are not counted one by one: each message stores how many its author had written in the room with
it (`author_seq`), so the last one less the first one after the marker gives the number in two index lookups, for one
message or a million. Only removed messages are counted one by one, over an index of their own that holds nothing else.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, case, func, select
from sqlalchemy.orm import Session, aliased

from community.members.models import Member
from community.rooms.models import Message, Room, RoomMembership

Key = tuple[UUID, UUID]


@dataclass(frozen=True)
class ReadPositions:
    """A member's marker in a room, the room's head, and the last place that retention deleted."""

    member_id: UUID
    room_id: UUID
    last_read_seq: int
    head_seq: int
    head_rev: int
    purged_through_seq: int


def read_positions(session: Session, member_ids: Collection[UUID]) -> list[ReadPositions]:
    """Return the positions of all of these members in all of their rooms."""
    return [ReadPositions(*row) for row in session.connection().execute(READ_POSITIONS, {"members": list(member_ids)})]


def count_unread(
    session: Session, places: Collection[ReadPositions], hidden: dict[UUID, frozenset[UUID]]
) -> dict[Key, int]:
    """Return the unread count of each position, by (member, room). `hidden`: the members blocked from each member."""
    found = {
        (one.member_id, one.room_id): one.head_seq - max(one.last_read_seq, one.purged_through_seq) for one in places
    }
    behind = {key for key, count in found.items() if count}
    if not behind:
        return found
    these = {"members": list({member for member, _ in behind}), "rooms": list({room for _, room in behind})}
    connection = session.connection()
    for member_id, room_id, count in connection.execute(OWN_MESSAGES, these):
        if (member_id, room_id) in behind:
            found[member_id, room_id] -= count
    for member_id, room_id, author_id, count in connection.execute(REMOVED, these):
        is_counted = author_id == member_id or author_id in hidden.get(member_id, ())
        if (member_id, room_id) in behind and not is_counted:
            found[member_id, room_id] -= count
    for viewer, people in hidden.items():
        rooms = [room_id for member_id, room_id in behind if member_id == viewer]
        for room_id, count in _by_hidden(session, viewer, rooms, people).items():
            found[viewer, room_id] -= count
    return found


def count_by_hidden(
    session: Session, viewer: UUID, rooms: Collection[UUID], people: Collection[UUID]
) -> dict[UUID, int]:
    """Return, by room, the unremoved messages of these people after a member's marker."""
    found = _by_hidden(session, viewer, rooms, people)
    if found:
        theirs = {"members": [viewer], "rooms": list(rooms)}
        for _, room_id, author_id, count in session.connection().execute(REMOVED, theirs):
            found[room_id] -= count if author_id in people else 0
    return found


def _by_hidden(session: Session, viewer: UUID, rooms: Collection[UUID], people: Collection[UUID]) -> dict[UUID, int]:
    if not rooms or not people:
        return {}
    theirs = {"members": [viewer], "rooms": list(rooms), "authors": list(people)}
    return {room_id: count for _, room_id, count in session.connection().execute(BY_HIDDEN, theirs)}


def written_count(author_id: ColumnElement[UUID] | Any) -> ColumnElement[int]:
    """Return the number of messages an author wrote in `Room` after the marker of `RoomMembership`, removed ones too.

    For a statement that has both tables. Two index lookups, whatever the number.
    """
    first, last = aliased(Message), aliased(Message)
    theirs = [
        select(one.author_seq).where(one.room_id == Room.id, one.author_id == author_id).limit(1)
        for one in (first, last)
    ]
    begins = theirs[0].where(first.seq > READ_UP_TO).order_by(first.seq)
    ends = theirs[1].order_by(last.seq.desc())
    tables = (Room, RoomMembership, Member)
    begin, end = begins.correlate(*tables).scalar_subquery(), ends.correlate(*tables).scalar_subquery()
    return func.coalesce(end - begin + 1, 0)


# Messages after this place are unread by a member, unless they do not count.
READ_UP_TO = case(
    (RoomMembership.last_read_seq > Room.purged_through_seq, RoomMembership.last_read_seq),
    else_=Room.purged_through_seq,
)


def _of_these(query: Any) -> Any:
    return query.where(
        RoomMembership.member_id.in_(bindparam("members", expanding=True)),
        RoomMembership.room_id.in_(bindparam("rooms", expanding=True)),
    )


READ_POSITIONS = (
    select(
        RoomMembership.member_id,
        Room.id,
        RoomMembership.last_read_seq,
        Room.head_seq,
        Room.head_rev,
        Room.purged_through_seq,
    )
    .join(Room, Room.id == RoomMembership.room_id)
    .where(RoomMembership.member_id.in_(bindparam("members", expanding=True)))
)
OWN_MESSAGES = _of_these(
    select(RoomMembership.member_id, Room.id, written_count(RoomMembership.member_id)).join(
        Room, Room.id == RoomMembership.room_id
    )
)
# Grouped by author instead of filtered by authors: the planner then uses the index of removed messages, whatever the
# statistics.
REMOVED = _of_these(
    select(RoomMembership.member_id, RoomMembership.room_id, Message.author_id, func.count())
    .join(Room, Room.id == RoomMembership.room_id)
    .join(
        Message,
        and_(
            Message.room_id == Room.id,
            Message.seq > RoomMembership.last_read_seq,
            Message.seq > Room.purged_through_seq,
        ),
    )
    .where(Message.removed_at.is_not(None))
    .group_by(RoomMembership.member_id, RoomMembership.room_id, Message.author_id)
)
BY_HIDDEN = _of_these(
    select(RoomMembership.member_id, Room.id, func.sum(written_count(Member.id)))
    .join(Room, Room.id == RoomMembership.room_id)
    .join(Member, Member.id.in_(bindparam("authors", expanding=True)))
    .group_by(RoomMembership.member_id, Room.id)
)
