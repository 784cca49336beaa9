"""Tables of reach-outs: requests, their steps, the responders who were asked, feedback and availability."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from community.core.crypto.encrypted_columns import EncryptedText
from community.core.db import Base

_GOES_ON = text("state != 'closed'")


class ReachOut(Base):
    """A request for help. A drill has no requester; a requester has at most one that is not closed.

    `note` is encrypted. `hotlines_shown_at` is when the requester was told that no one is available. `claim_began_at`
    is when the responder in `claimed_by` claimed it, `answered_at` when their first message was seen. `claimed_at` is
    the first such message of any responder; it stays when that one could not go on. `outcome` is okay, calling, helped,
    again or drill.
    """

    __tablename__ = "reach_outs"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'claimed', 'closed')", name="state"),
        CheckConstraint("is_drill = (requester_id IS NULL)", name="asker"),
        Index("uq_reach_outs_asker", "requester_id", unique=True, postgresql_where=_GOES_ON, sqlite_where=_GOES_ON),
        Index("ix_reach_outs_state_opened_at", "state", "opened_at"),
        Index("ix_reach_outs_room_id", "room_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    requester_id: Mapped[UUID | None] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    is_drill: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str | None] = mapped_column(EncryptedText("reach_outs:{id}:note"))
    state: Mapped[str] = mapped_column(String(8), default="open")
    opened_at: Mapped[datetime]
    hotlines_shown_at: Mapped[datetime | None]
    claimed_by: Mapped[UUID | None] = mapped_column(ForeignKey("members.id"), index=True)
    claimed_at: Mapped[datetime | None]
    claim_began_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    room_id: Mapped[UUID | None]
    closed_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(12))

    @property
    def is_waiting(self) -> bool:
        """Return whether the steps go on: not claimed, or claimed by a responder who has not written yet."""
        return self.state == "open" or (self.state == "claimed" and self.answered_at is None)


class ReachOutStep(Base):
    """A step of a reach-out: its due time and state."""

    __tablename__ = "reach_out_steps"
    __table_args__ = (
        CheckConstraint(
            "state IN ('waiting', 'asked', 'passed', 'skipped', 'answered', 'shown', 'ended')", name="state"
        ),
    )

    reach_out_id: Mapped[UUID] = mapped_column(ForeignKey("reach_outs.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    due_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(8))
    started_at: Mapped[datetime | None]


class ResponderRequest(Base):
    """A member who was asked to respond, once for each reach-out: in which round, and whether they read or declined it.

    Round -1 holds those who were notified recently for the same requester. They only find it on their pages.
    """

    __tablename__ = "responder_requests"

    reach_out_id: Mapped[UUID] = mapped_column(ForeignKey("reach_outs.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True, index=True)
    kind: Mapped[str] = mapped_column(String(16))
    round: Mapped[int]
    asked_at: Mapped[datetime]
    viewed_at: Mapped[datetime | None]
    declined_at: Mapped[datetime | None]


class RequestFeedback(Base):
    """The encrypted answer of the requester or responder to the closing question."""

    __tablename__ = "reach_out_feedback"

    reach_out_id: Mapped[UUID] = mapped_column(ForeignKey("reach_outs.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    answer: Mapped[str] = mapped_column(EncryptedText("reach_out_answers:{reach_out_id}/{member_id}:answer"))
    answered_at: Mapped[datetime]


class Availability(Base):
    """A member's availability as a responder: `until` when, and whether they may be woken."""

    __tablename__ = "responder_availability"

    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    available_until: Mapped[datetime | None] = mapped_column(index=True)
    overrides_quiet_hours: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime]
