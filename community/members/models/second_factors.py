"""Tables of second factors: apps that show codes, recovery codes, sign-ins that wait, and links to set one up."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from community.core.crypto.encrypted_columns import EncryptedText
from community.core.db import Base
from community.core.ids import new_id


class TotpFactor(Base):
    """A member's app that shows codes. Until `confirmed_at` no code was given, and it protects nothing.

    `last_step` is the time step of the last code that was taken: each code works once.
    """

    __tablename__ = "totp_factors"

    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    secret: Mapped[str] = mapped_column(EncryptedText("totp_factors:{member_id}:secret"))
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(default=0)


class RecoveryCode(Base):
    """A code that works once in place of a second factor, as a keyed digest. Using it deletes the row."""

    __tablename__ = "recovery_codes"
    __table_args__ = (UniqueConstraint("member_id", "code_digest"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    code_digest: Mapped[str] = mapped_column(String(64))


class PendingSignIn(Base):
    """A sign-in whose password was right and that waits for a second factor. Its token is stored as a hash."""

    __tablename__ = "pending_sign_ins"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class FactorLink(Base):
    """A single-use link by which one member may set up a second factor. Its token is stored as a hash.

    `created_by` is the admin who reset their factors; empty when `community factor reset` did.
    """

    __tablename__ = "factor_links"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
