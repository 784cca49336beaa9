"""How much of what was said to a member they have not read, when it is about to be mailed."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from community.members.queries.blocks import blocked_ids
from community.rooms.models import Message, MessageMention, Room, RoomMembership

MAX_MESSAGES_READ = 1000


def count_unread_mentions(session: Session, member_id: UUID, room_id: UUID, *, but_by: Collection[UUID] = ()) -> int:
    """How many messages of a room are new to this member and said to them: all in a room for two, elsewhere answers
    to them and those that name them. None for who left, and none of somebody they are kept apart from or of those in
    `but_by`.
    """
    place = session.execute(
        select(Room.kind, RoomMembership.last_read_seq)
        .join(RoomMembership, RoomMembership.room_id == Room.id)
        .where(Room.id == room_id, RoomMembership.member_id == member_id)
    ).one_or_none()
    if place is None:
        return 0
    kind, last_read_seq = place
    unread = (
        select(Message.id, Message.author_id, Message.reply_to)
        .where(
            Message.room_id == room_id,
            Message.seq > last_read_seq,
            Message.author_id != member_id,
            Message.removed_at.is_(None),
        )
        .order_by(Message.seq)
        .limit(MAX_MESSAGES_READ)
        .subquery()
    )
    answered = aliased(Message)
    names_them = exists().where(
        MessageMention.message_id == unread.c.id, MessageMention.member_id == member_id, MessageMention.is_told
    )
    theirs = select(func.count()).select_from(unread).outerjoin(answered, answered.id == unread.c.reply_to)
    theirs = theirs.where(unread.c.author_id.not_in(blocked_ids(session, member_id) | set(but_by)))
    if kind != "pairing":
        theirs = theirs.where(or_(answered.author_id == member_id, names_them))
    return session.scalar(theirs) or 0
