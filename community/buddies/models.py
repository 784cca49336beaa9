"""What members look for, match runs, suggestions that both answer in private, and pairings."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from community.core.db import Base
from community.core.ids import new_id


class BuddyProfile(Base):
    """What a member looks for, and how many buddies they have.

    `ceiling` is the larger of `capacity` and `active_count`: who lowers their capacity keeps the buddies they have and
    gets no new one. `about` is sealed. `waiting_since` is when they last began to wait.
    """

    __tablename__ = "buddy_profiles"
    __table_args__ = (
        CheckConstraint("role IN ('seeking', 'mentor', 'peer')", name="role"),
        CheckConstraint("active_count >= 0 AND active_count <= ceiling", name="places"),
    )

    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(String(8))
    capacity: Mapped[int] = mapped_column(default=1)
    ceiling: Mapped[int] = mapped_column(default=1)
    active_count: Mapped[int] = mapped_column(default=0)
    pathways: Mapped[list[Any]] = mapped_column(default=list)
    languages: Mapped[list[Any]] = mapped_column(default=list)
    interests: Mapped[list[Any]] = mapped_column(default=list)
    availability: Mapped[list[Any]] = mapped_column(default=list)
    gender: Mapped[str] = mapped_column(String(10), default="")
    buddy_gender: Mapped[str] = mapped_column(String(10), default="any")
    prefers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    excludes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    about: Mapped[str] = mapped_column(Text, default="")
    is_paused: Mapped[bool] = mapped_column(default=False)
    paused_until: Mapped[datetime | None]
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[UUID | None] = mapped_column(ForeignKey("members.id"))
    waiting_since: Mapped[datetime]
    changed_at: Mapped[datetime]

    def is_paused_at(self, now: datetime) -> bool:
        """Whether no suggestion is wanted at `now`."""
        return self.is_paused and (self.paused_until is None or self.paused_until > now)

    @property
    def is_approved(self) -> bool:
        """Whether this role may be matched: mentors need a coordinator's word."""
        return self.role != "mentor" or self.approved_at is not None

    @property
    def free_places(self) -> int:
        """How many more buddies they want than they have; never below 0."""
        return max(0, self.capacity - self.active_count)


class MatchRun(Base):
    """One search for the best pairs. Only one runs at a time.

    `proposal` is what the solver found, `published` how many of its pairs were turned into suggestions; a run whose
    process died between the two is carried on by a worker. `lease_until` says when its process must have died.
    """

    __tablename__ = "match_runs"
    __table_args__ = (
        CheckConstraint("state IN ('running', 'done', 'failed')", name="state"),
        Index(
            "uq_match_runs_running",
            "state",
            unique=True,
            postgresql_where=text("state = 'running'"),
            sqlite_where=text("state = 'running'"),
        ),
        Index("ix_match_runs_created_at_id", "created_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    started_by: Mapped[UUID | None] = mapped_column(ForeignKey("members.id"))
    state: Mapped[str] = mapped_column(String(8), default="running")
    is_dry: Mapped[bool] = mapped_column(default=False)
    seed: Mapped[int]
    proposal: Mapped[dict[str, Any] | None]
    published: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime]
    lease_until: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class Suggestion(Base):
    """Two people who might go well together, the smaller id first. Each answers in private.

    `state` is what is so, not what either may see; `rules.seen_state` says that. `settled_at` is when the last of it
    was over for both, so that both may be given somebody else; an open suggestion has none.
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
        """Who the other one is."""
        return self.b_id if member_id == self.a_id else self.a_id

    def answer_of(self, member_id: UUID) -> str:
        """What one of the two answered: nothing yet, accepted or declined."""
        return self.a_answer if member_id == self.a_id else self.b_answer

    def set_answer(self, member_id: UUID, answer: str) -> None:
        """Keep what one of the two answers."""
        if member_id == self.a_id:
            self.a_answer = answer
        else:
            self.b_answer = answer


class Pairing(Base):
    """Two members who both said yes, the smaller id first, and their room."""

    __tablename__ = "pairings"
    __table_args__ = (
        CheckConstraint("a_id < b_id", name="order"),
        CheckConstraint("state IN ('active', 'paused', 'ended')", name="state"),
        CheckConstraint(
            "end_reason IS NULL OR end_reason IN ('completed', 'drifted', 'mismatch', 'safety', 'left')",
            name="end_reason",
        ),
        CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name="ended"),
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
    looked_into_by: Mapped[UUID | None] = mapped_column(ForeignKey("members.id"))
    looked_into_at: Mapped[datetime | None]

    def other(self, member_id: UUID) -> UUID:
        """Who the other one is."""
        return self.b_id if member_id == self.a_id else self.a_id
