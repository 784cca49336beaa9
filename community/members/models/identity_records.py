"""Table of identity records: who a member is outside, for coordinators only."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from community.core.crypto.encrypted_columns import EncryptedText
from community.core.db import Base
from community.core.ids import new_id


class IdentityRecord(Base):
    """A member's legal name, town and emergency contact. `details` is `rules.identity.IdentityDetails`, encrypted.

    An imported list gives it to an invitation first. It moves to the member who accepts that, and is deleted when the
    invitation is revoked. `is_own` says that the member wrote it last.
    """

    __tablename__ = "identity_records"
    __table_args__ = (CheckConstraint("(member_id IS NULL) <> (invitation_id IS NULL)", name="owner"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    member_id: Mapped[UUID | None] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), unique=True)
    invitation_id: Mapped[UUID | None] = mapped_column(ForeignKey("invitations.id", ondelete="CASCADE"), unique=True)
    details: Mapped[str] = mapped_column(EncryptedText("identity_records:{id}:details"))
    is_own: Mapped[bool]
    changed_at: Mapped[datetime]
