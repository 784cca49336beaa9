"""Table of suggestions."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from community.core.db import Base
from community.core.ids import new_id


class Suggestion(Base):
    """Two members who might go well together, the smaller id first. Each answers in private.

    `state` is the true state, not what either may see; `rules.seen_state` says that. `settled_at` is when it was over
    for both, which frees both for another one; an open suggestion has none.
    """

    __tablename__ = "suggestions"
    __table_args__ = (
        CheckConstraint("a_id < b_id", name="order"),
        CheckConstraint(
            "state IN ('suggested', 'accepted_by_one', 'matched', 'declined', 'expired', 'withdrawn', 'superseded')",
            name="state",
        ),
        CheckConstraint(
            "a_answer IN ('', 'accepted', 'declined') AND b_answer IN ('', 'accepted', 'declined')", name="answers"
        ),
        Index(
            "uq_suggestions_open_pair",
            "a_id",
            "b_id",
            unique=True,
            postgresql_where=text("settled_at IS NULL"),
            sqlite_where=text("settled_at IS NULL"),
        ),
        Index(
            "ix_suggestions_unsettled",
            "expires_at",
            postgresql_where=text("settled_at IS NULL"),
            sqlite_where=text("settled_at IS NULL"),
        ),
        Index("ix_suggestions_created_at_id", "created_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    run_id: Mapped[UUID | None] = mapped_column(ForeignKey("match_runs.id"))
    a_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    b_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(String(16), default="suggested")
    a_answer: Mapped[str] = mapped_column(String(8), default="")
    b_answer: Mapped[str] = mapped_column(String(8), default="")
    declined_at: Mapped[datetime | None]
    score: Mapped[int]
    reasons: Mapped[list[Any]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]

    def other(self, member_id: UUID) -> UUID:
        """Return the id of the other member."""
        return self.b_id if member_id == self.a_id else self.a_id

    def answer_of(self, member_id: UUID) -> str:
        """Return the answer of one of the two: empty, accepted or declined."""
        return self.a_answer if member_id == self.a_id else self.b_answer

    def set_answer(self, member_id: UUID, answer: str) -> None:
        if member_id == self.a_id:
            self.a_answer = answer
        else:
            self.b_answer = answer
