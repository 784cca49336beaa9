"""Tables of match runs and their weekly schedule."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from community.core.crypto.encrypted_columns import EncryptedText
from community.core.db import Base
from community.core.ids import new_id


class MatchRun(Base):
    """One search for the best pairs. Only one runs at a time; without `started_by` the schedule started it.

    `sealed_inputs` is the solver's input, kept for a while to replay the run. `progress` is in percent. `proposal` is
    the solver's result, `published` how many of its pairs became suggestions; a run whose process died between the two
    is continued by a worker. `lease_until` says when its process must have died.
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
    is_dry_run: Mapped[bool] = mapped_column(default=False)
    seed: Mapped[int]
    attempts: Mapped[int] = mapped_column(default=1)
    progress: Mapped[int] = mapped_column(default=0)
    input_json: Mapped[str | None] = mapped_column(EncryptedText("match_runs:{id}:inputs"), deferred=True)
    proposal: Mapped[dict[str, Any] | None]
    published: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime]
    lease_until: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class MatchSchedule(Base):
    """The weekly start of match runs: one row, or none when no one has set it.

    `version` moves with every change. A start that was planned under an older one is skipped.
    """

    __tablename__ = "match_schedules"
    __table_args__ = (CheckConstraint("id = 1", name="one"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    is_on: Mapped[bool]
    weekday: Mapped[int]
    hour: Mapped[int]
    time_zone: Mapped[str] = mapped_column(String(64))
    version: Mapped[int] = mapped_column(default=1)
    next_at: Mapped[datetime | None]
    changed_by: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    changed_at: Mapped[datetime]
