"""When somebody wrote, and nothing else of it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from community.core.unit_of_work import ReadContext
from community.rooms.models import Message


def moments_written(ctx: ReadContext, member_id: UUID, *, since: datetime) -> list[datetime]:
    """When a member wrote in any room since a moment. For that member's own figures: no words, no rooms."""
    query = select(Message.created_at).where(Message.author_id == member_id, Message.created_at >= since)
    return list(ctx.session.scalars(query))
