"""Search in rooms: messages by words, by day, and around a place in the log."""

from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import and_, select

from community.core.db import Page
from community.core.errors import NotFound
from community.core.unit_of_work import ReadContext
from community.rooms import access
from community.rooms.engine.search_index import SearchHit, search
from community.rooms.models import Message
from community.rooms.queries.history import load_messages, to_view
from community.rooms.queries.rooms import room_names
from community.rooms.views import MessageView

MESSAGES_BEFORE = 20


def search_messages(
    ctx: ReadContext, *, query_text: str, room_id: UUID | None = None, cursor: str | None = None, limit: int = 20
) -> Page[SearchHit]:
    """Return messages that contain all of these words, newest first, in one room or in all that the actor may read.

    Raises NotFound for a room that the actor may not read, BadRequest for a cursor of another service.
    """
    rooms = room_names(ctx)
    if room_id is not None:
        if room_id not in rooms:
            raise NotFound
        rooms = {room_id: rooms[room_id]}
    return search(ctx, query_text=query_text, rooms=rooms, cursor=cursor, limit=limit)


def first_seq_on(ctx: ReadContext, room_id: UUID, *, day: date) -> int:
    """Return the `seq` of the first message on or after a day in the actor's zone, or of the last message.

    0 in a room without messages. A binary search over the log: its cost grows with the logarithm of its length.
    Raises NotFound.
    """
    room = access.room_to_see(ctx, room_id)
    day_start = datetime.combine(day, time(), ZoneInfo(ctx.actor.time_zone))
    low, high = room.purged_through_seq + 1, room.head_seq + 1
    while low < high:
        middle = (low + high) // 2
        created_at = ctx.session.scalar(
            select(Message.created_at).where(Message.room_id == room_id, Message.seq == middle)
        )
        if created_at is not None and created_at >= day_start:
            high = middle
        else:
            low = middle + 1
    return min(low, room.head_seq)


def messages_around(ctx: ReadContext, room_id: UUID, *, seq: int, limit: int = 50) -> list[MessageView]:
    """Return a page of the log around a place: up to MESSAGES_BEFORE messages before it, and the ones after it.

    Raises NotFound.
    """
    purged_through_seq = access.room_to_see(ctx, room_id).purged_through_seq
    page = and_(Message.room_id == room_id, Message.seq > max(purged_through_seq, seq - MESSAGES_BEFORE - 1))
    return to_view(ctx, load_messages(ctx.session, page, order=Message.seq, limit=limit))
