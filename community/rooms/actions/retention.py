"""Retention: messages older than a room's retention are deleted, a few hundred at a time.

A room's `purged_through_seq` moves first and in the same transaction: messages up to it are gone for every reader,
whatever is left of them. Numbers in the log never close up, so a client that comes back sees that the log now begins
later.
"""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, false, func, or_, select, update

from community.core.unit_of_work import ReadContext, UnitOfWork
from community.rooms import access
from community.rooms.engine import search_index
from community.rooms.models import Message, MessageMention, Room

AT_ONCE = 500
EVERY_SECONDS = 300

# Conditions on `Message` of features that still need the row, which is deleted when no condition holds. Meanwhile no
# one in the room sees it, and its text is deleted.
retention_holds: list[Callable[[], ColumnElement[bool]]] = []


def count_expiring(ctx: ReadContext, *, room_id: UUID, days: int) -> int:
    """Return the number of messages that a retention of this many days would delete. For coordinators.

    Raises Forbidden, NotFound.
    """
    room = access.room_to_oversee(ctx, room_id)
    older = and_(Message.room_id == room_id, Message.seq > room.purged_through_seq)
    older = and_(older, Message.created_at < ctx.now - timedelta(days=days))
    return ctx.session.scalar(select(func.count()).select_from(Message).where(older)) or 0


def purge_expired(uow: UnitOfWork) -> bool:
    """Delete a portion of the expired messages of one room. True when there may be more."""
    room_id = _room_with_expired(uow)
    if room_id is None:
        return False
    room = access.locked_room(uow, room_id)
    if room.retention_days is None:
        return True
    oldest = (
        select(Message.seq)
        .where(
            Message.room_id == room_id,
            Message.seq > room.purged_through_seq,
            Message.created_at < uow.now - timedelta(days=room.retention_days),
        )
        .order_by(Message.seq)
        .limit(AT_ONCE)
        .subquery()
    )
    upto = uow.session.scalar(select(func.max(oldest.c.seq)))
    if upto is None:
        return True
    room.purged_through_seq = upto
    _delete_expired(uow, room)
    uow.notify_room(room.id, head_seq=room.head_seq, head_rev=room.head_rev)
    return True


def _room_with_expired(uow: UnitOfWork) -> UUID | None:
    """Return a room that has an expired message."""
    rooms = uow.session.execute(select(Room.id, Room.retention_days).where(Room.retention_days.is_not(None)))
    for room_id, days in rooms.all():
        assert days is not None
        oldest = select(Message.created_at).join(Room, Room.id == Message.room_id)
        oldest = (
            oldest.where(Message.room_id == room_id, Message.seq > Room.purged_through_seq)
            .order_by(Message.seq)
            .limit(1)
        )
        created_at = uow.session.scalar(oldest)
        if created_at is not None and created_at < uow.now - timedelta(days=days):
            return room_id
    return None


def _delete_expired(uow: UnitOfWork, room: Room) -> None:
    """Delete the messages up to `purged_through_seq`; of those under a retention hold only the text."""
    run = {"execution_options": {"synchronize_session": False}}
    session = uow.session
    session.flush()
    over = and_(Message.room_id == room.id, Message.seq <= room.purged_through_seq)
    needed = or_(false(), *(condition() for condition in retention_holds))
    search_index.remove_messages(uow, message_ids=session.scalars(select(Message.id).where(over)).all())
    answers = update(Message).where(Message.reply_to.in_(select(Message.id).where(over))).values(reply_to=None)
    session.execute(answers, **run)
    session.execute(delete(Message).where(over, ~needed), **run)
    left = delete(MessageMention).where(MessageMention.message_id.in_(select(Message.id).where(over)))
    session.execute(left, **run)
    session.execute(update(Message).where(over).values(body="", removed_at=uow.now, pinned_at=None), **run)
