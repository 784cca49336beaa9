"""Tables of pairings and stand-ins."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column

from community.core.crypto.encrypted_columns import EncryptedText
from community.core.db import Base
from community.core.ids import new_id


class Pairing(Base):
    """Two members who both accepted, the smaller id first, and their room.

    The first days are a trial, until `trial_until`. At times both are asked in private whether it goes on (`asked_at`,
    why, and until when answers count); `a_review` and `b_review` are their latest answers. `a_phone` and `b_phone` are
    encrypted, and shown only when both are set. `prompt_number` counts the prompts sent.
    """

    __tablename__ = "pairings"
    __table_args__ = (
        CheckConstraint("a_id < b_id", name="order"),
        CheckConstraint("state IN ('active', 'paused', 'ended')", name="state"),
        CheckConstraint(
            "end_reason IS NULL OR end_reason IN ('completed', 'drifted', 'mismatch', 'safety', 'left')",
            name="end_reason",
        ),
        CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name="ended"),
        CheckConstraint("review_reason IS NULL OR review_reason IN ('trial', 'quiet')", name="review_reason"),
        CheckConstraint(
            "a_review IN ('', 'keep', 'end', 'new') AND b_choice IN ('', 'keep', 'end', 'new')", name="choices"
        ),
        Index(
            "uq_pairings_together",
            "a_id",
            "b_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
            sqlite_where=text("ended_at IS NULL"),
        ),
        Index("ix_pairings_started_at_id", "started_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    suggestion_id: Mapped[UUID] = mapped_column(ForeignKey("suggestions.id"), unique=True)
    a_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    b_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    room_id: Mapped[UUID] = mapped_column(ForeignKey("rooms.id"))
    state: Mapped[str] = mapped_column(String(8), default="active")
    paused_by: Mapped[UUID | None] = mapped_column(ForeignKey("members.id"))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("members.id"))
    end_reason: Mapped[str | None] = mapped_column(String(10))
    trial_until: Mapped[datetime | None]
    review_requested_at: Mapped[datetime | None]
    review_reason: Mapped[str | None] = mapped_column(String(5))
    answers_until: Mapped[datetime | None]
    a_review: Mapped[str] = mapped_column(String(4), default="")
    b_review: Mapped[str] = mapped_column(String(4), default="")
    a_phone: Mapped[str] = mapped_column(EncryptedText("pairings:{id}:{a_id}:phone"), default="")
    b_phone: Mapped[str] = mapped_column(EncryptedText("pairings:{id}:{b_id}:phone"), default="")
    prompt_number: Mapped[int] = mapped_column(default=0)
    looked_into_by: Mapped[UUID | None] = mapped_column(ForeignKey("members.id"))
    looked_into_at: Mapped[datetime | None]

    def other(self, member_id: UUID) -> UUID:
        """Return the id of the other member."""
        return self.b_id if member_id == self.a_id else self.a_id

    def choice_of(self, member_id: UUID) -> str:
        """Return the latest answer of one of the two: empty, keep, end or new."""
        return self.a_review if member_id == self.a_id else self.b_review

    def set_choice(self, member_id: UUID, choice: str) -> None:
        if member_id == self.a_id:
            self.a_review = choice
        else:
            self.b_review = choice

    def phone_of(self, member_id: UUID) -> str:
        """Return the encrypted number of one of the two, empty when they share none."""
        return self.a_phone if member_id == self.a_id else self.b_phone

    def phone_column(self, member_id: UUID) -> InstrumentedAttribute[str]:
        """Return the column that holds the encrypted number of one of the two."""
        return Pairing.a_phone if member_id == self.a_id else Pairing.b_phone


class StandIn(Base):
    """A member who covers for a day on which another's buddy is away.

    `offered` to the member by the buddy's "I can't today", `wanted` when the member says so, `claimed` by who does it.
    """

    __tablename__ = "stand_ins"
    __table_args__ = (
        CheckConstraint("state IN ('offered', 'wanted', 'claimed', 'over')", name="state"),
        CheckConstraint("state != 'claimed' OR (claimed_by IS NOT NULL AND room_id IS NOT NULL)", name="claimed"),
        Index(
            "uq_stand_ins_open",
            "pairing_id",
            "member_id",
            unique=True,
            postgresql_where=text("state != 'over'"),
            sqlite_where=text("state != 'over'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    pairing_id: Mapped[UUID] = mapped_column(ForeignKey("pairings.id", ondelete="CASCADE"), index=True)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(String(8), default="offered")
    claimed_by: Mapped[UUID | None] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    room_id: Mapped[UUID | None] = mapped_column(ForeignKey("rooms.id"))
    created_at: Mapped[datetime]
    ends_at: Mapped[datetime]
