"""Unread mentions: the unread messages of a room that are addressed to a member, counted before a mail leaves."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from community.members.queries.blocks import blocked_ids
from community.rooms.models import Message, MessageMention, Room, RoomMembership
from community.rooms.rules.messages import DIRECT_KINDS

MAX_MESSAGES_READ = 1000


def count_unread_mentions(session: Session, member_id: UUID, room_id: UUID, *, but_by: Collection[UUID] = ()) -> int:
    """Return the number of unread messages of a room that are addressed to a member.

    In a pairing room or a conversation all of them, elsewhere replies to the member and messages that mention them. 0
    for a member who left. Messages of members blocked from them, or in `but_by`, do not count. At most
    MAX_MESSAGES_READ are read.
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
        MessageMention.message_id == unread.c.id, MessageMention.member_id == member_id, MessageMention.is_notified
    )
    theirs = select(func.count()).select_from(unread).outerjoin(answered, answered.id == unread.c.reply_to)
    theirs = theirs.where(unread.c.author_id.not_in(blocked_ids(session, member_id) | set(but_by)))
    if kind not in DIRECT_KINDS:
        theirs = theirs.where(or_(answered.author_id == member_id, names_them))
    return session.scalar(theirs) or 0
