"""What somebody keeps to, and the hard days, which take nothing away."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from community.core.crypto.encrypted_columns import EncryptedText
from community.core.db import Base
from community.core.ids import new_id


class Milestone(Base):
    """Something a member keeps to, in their own words and since a day of their own, sealed.

    Nothing but its own person's hand changes it; what is counted is worked out when it is looked at.
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
    put_away_at: Mapped[datetime | None]


class Lapse(Base):
    """A hard day, which somebody wrote down for themselves. When and what it was about is sealed."""

    __tablename__ = "lapses"
    __table_args__ = (Index("ix_lapses_member_id_made_at_id", "member_id", "made_at", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    made_at: Mapped[datetime]
    details: Mapped[str] = mapped_column(EncryptedText("lapses:{id}:details"))
