"""How much of what was said to a member they have not read, when it is about to be mailed."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from community.members.models import Member
from community.members.queries.apart import kept_apart
from community.members.rules import handle_key
from community.rooms import rules
from community.rooms.models import Message, Room, RoomMembership

MOST_LOOKED_AT = 1000


def unheard(session: Session, member_id: UUID, room_id: UUID, *, but_by: Collection[UUID] = ()) -> int:
    """How many messages of a room are new to this member and said to them: all in a room for two, elsewhere answers
    to them and those that name them. None for who left, and none of somebody they are kept apart from or of those in
    `but_by`.
    """
    place = session.execute(
        select(Room.kind, RoomMembership.last_read_seq, Member.handle_key)
        .join(RoomMembership, RoomMembership.room_id == Room.id)
        .join(Member, Member.id == RoomMembership.member_id)
        .where(Room.id == room_id, RoomMembership.member_id == member_id)
    ).one_or_none()
    if place is None:
        return 0
    kind, last_read_seq, key = place
    answered = aliased(Message)
    rows = session.execute(
        select(Message.author_id, Message.body, answered.author_id)
        .outerjoin(answered, answered.id == Message.reply_to)
        .where(
            Message.room_id == room_id,
            Message.seq > last_read_seq,
            Message.author_id != member_id,
            Message.removed_at.is_(None),
        )
        .order_by(Message.seq)
        .limit(MOST_LOOKED_AT)
    ).all()
    apart = kept_apart(session, member_id) if rows else frozenset()
    return sum(
        author not in apart
        and author not in but_by
        and (kind == "pairing" or answered_id == member_id or key in rules.mention_keys(body, handle_key))
        for author, body, answered_id in rows
    )
