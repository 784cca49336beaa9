"""Reports of messages, with what was there to see when they were made."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from community.core.db import Base
from community.core.ids import new_id


class Report(Base):
    """Somebody asks coordinators to look at a message.

    `reason`, `snapshot` and `note` are sealed. The snapshot is of the message and a few around it as the reporter saw
    them, so that no later edit or removal hides what was said.
    """

    __tablename__ = "reports"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'actioned', 'dismissed')", name="state"),
        UniqueConstraint("reporter_id", "message_id"),
        Index("ix_reports_created_at_id", "created_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    reporter_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    message_id: Mapped[UUID] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), index=True)
    room_id: Mapped[UUID] = mapped_column(ForeignKey("rooms.id", ondelete="CASCADE"))
    author_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    reason: Mapped[str] = mapped_column(Text)
    snapshot: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10), default="open")
    handled_by: Mapped[UUID | None] = mapped_column(ForeignKey("members.id"))
    handled_at: Mapped[datetime | None]
    note: Mapped[str | None] = mapped_column(Text)
