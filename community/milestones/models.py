"""Tables of milestones and lapses."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from community.core.crypto.encrypted_columns import EncryptedText
from community.core.db import Base
from community.core.ids import new_id


class Milestone(Base):
    """A milestone of a member in their own encrypted words, since a day of their choice.

    Only the member changes it. Its counts are computed at each read.
    """

    __tablename__ = "milestones"
    __table_args__ = (
        CheckConstraint("kind IN ('without', 'less', 'steady', 'own')", name="kind"),
        CheckConstraint("shared_with IN ('nobody', 'buddy')", name="shared_with"),
        Index("ix_milestones_member_id_created_at_id", "member_id", "created_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(7))
    details: Mapped[str] = mapped_column(EncryptedText("milestones:{id}:details"))
    shared_with: Mapped[str] = mapped_column(String(6), default="nobody")
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]


class Lapse(Base):
    """A lapse that a member recorded for themselves. Its day, note and milestone are encrypted."""

    __tablename__ = "lapses"
    __table_args__ = (Index("ix_lapses_member_id_made_at_id", "member_id", "made_at", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    made_at: Mapped[datetime]
    details: Mapped[str] = mapped_column(EncryptedText("lapses:{id}:details"))
