"""How long words stay in a room: what is older than its retention goes for good, a few hundred messages at a time.

A room's `cut_seq` moves first and in the same transaction: what stands up to it is over for every reader, whatever is
left of it. Places in the log never close up, so whoever comes back sees that the log now begins later.
"""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, false, func, or_, select, update

from community.core.outbox.periodic import periodic
from community.core.unit_of_work import ReadContext, UnitOfWork
from community.rooms import access
from community.rooms.engine import search_index
from community.rooms.models import Message, MessageMention, Room

AT_ONCE = 500
EVERY_SECONDS = 300

# Conditions on `Message` of features that still need the row; it goes when they need it no longer. Nobody in the room
# sees it meanwhile, and its words are gone.
retention_holds: list[Callable[[], ColumnElement[bool]]] = []


def count_expiring(ctx: ReadContext, *, room_id: UUID, days: int) -> int:
    """How many messages of a room would go if its words stayed this many days. Nothing is changed.

    For coordinators. Raises Forbidden, NotFound.
    """
    room = access.room_to_oversee(ctx, room_id)
    older = and_(Message.room_id == room_id, Message.seq > room.cut_seq)
    older = and_(older, Message.created_at < ctx.now - timedelta(days=days))
    return ctx.session.scalar(select(func.count()).select_from(Message).where(older)) or 0


@periodic.every(EVERY_SECONDS)
def purge_expired(uow: UnitOfWork) -> bool:
    """Take a portion of what is too old out of one room; true when there may be more."""
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
            Message.seq > room.cut_seq,
            Message.created_at < uow.now - timedelta(days=room.retention_days),
        )
        .order_by(Message.seq)
        .limit(AT_ONCE)
        .subquery()
    )
    upto = uow.session.scalar(select(func.max(oldest.c.seq)))
    if upto is None:
        return True
    room.cut_seq = upto
    _delete_expired(uow, room)
    uow.notify_room(room.id, head_seq=room.head_seq, head_rev=room.head_rev)
    return True


def _room_with_expired(uow: UnitOfWork) -> UUID | None:
    """A room whose oldest words have stayed too long."""
    rooms = uow.session.execute(select(Room.id, Room.retention_days).where(Room.retention_days.is_not(None)))
    for room_id, days in rooms.all():
        assert days is not None
        oldest = select(Message.created_at).join(Room, Room.id == Message.room_id)
        oldest = oldest.where(Message.room_id == room_id, Message.seq > Room.cut_seq).order_by(Message.seq).limit(1)
        created_at = uow.session.scalar(oldest)
        if created_at is not None and created_at < uow.now - timedelta(days=days):
            return room_id
    return None


def _delete_expired(uow: UnitOfWork, room: Room) -> None:
    """Delete what is over, but for what is still needed: of that only the words go."""
    run = {"execution_options": {"synchronize_session": False}}
    session = uow.session
    session.flush()
    over = and_(Message.room_id == room.id, Message.seq <= room.cut_seq)
    needed = or_(false(), *(condition() for condition in retention_holds))
    search_index.remove_messages(uow, message_ids=session.scalars(select(Message.id).where(over)).all())
    answers = update(Message).where(Message.reply_to.in_(select(Message.id).where(over))).values(reply_to=None)
    session.execute(answers, **run)
    session.execute(delete(Message).where(over, ~needed), **run)
    left = delete(MessageMention).where(MessageMention.message_id.in_(select(Message.id).where(over)))
    session.execute(left, **run)
    session.execute(update(Message).where(over).values(body="", removed_at=uow.now, pinned_at=None), **run)
