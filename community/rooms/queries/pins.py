"""Pinned messages of a room."""

from uuid import UUID

from sqlalchemy import and_

from community.core.unit_of_work import ReadContext
from community.rooms import access
from community.rooms.models import Message
from community.rooms.queries.history import load_messages, to_view
from community.rooms.rules import messages
from community.rooms.views import MessageView


def pinned_messages(ctx: ReadContext, room_id: UUID) -> list[MessageView]:
    """Return the pinned messages that the actor may see, the newest pin first. Raises NotFound."""
    room = access.room_to_see(ctx, room_id)
    is_pinned = and_(Message.room_id == room_id, Message.pinned_at.is_not(None), Message.seq > room.purged_through_seq)
    views = load_messages(ctx.session, is_pinned, order=Message.pinned_at.desc(), limit=messages.MAX_PINS)
    return [view for view in to_view(ctx, views) if not view.removed]
