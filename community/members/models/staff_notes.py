"""Table of the notes that staff keep on members."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from community.core.crypto.encrypted_columns import EncryptedText
from community.core.db import Base
from community.core.ids import new_id


class StaffNote(Base):
    """A note of staff on a member. Its owner changes it; another owner gets it when they leave. `body` is encrypted.

    `handover` says whether the page of shifts shows it: `no`, `soon` (14 days from its last change) or `pinned`.
    """

    __tablename__ = "staff_notes"
    __table_args__ = (
        CheckConstraint("handover IN ('no', 'soon', 'pinned')", name="handover"),
        Index("ix_staff_notes_member_id_created_at", "member_id", "created_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    body: Mapped[str] = mapped_column(EncryptedText("staff_notes:{id}:body"))
    handover: Mapped[str] = mapped_column(String(6), default="no")
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
