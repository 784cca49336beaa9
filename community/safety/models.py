"""Tables of reports, cases, evidence accesses and appeals."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from community.core.crypto.encrypted_columns import EncryptedText
from community.core.db import Base
from community.core.ids import new_id

WAITING = "state IN ('open', 'triaged')"


class Case(Base):
    """The coordinators' work on one reported subject. All who report it while it is open are in one case.

    `subject_id` is the message, meetup, member or buddy suggestion, without a foreign key: a case outlives its subject.
    `member_id` is the author, the host or the person. `due_at` is the deadline of the decision. All coordinators
    hear of a case that no one has taken by `first_response_by`. `paused_at` stops both. `asked_at` is when a
    coordinator last asked a colleague for help.
    """

    __tablename__ = "cases"
    __table_args__ = (
        CheckConstraint("kind IN ('message', 'meetup', 'member', 'suggestion')", name="kind"),
        CheckConstraint("state IN ('open', 'triaged', 'actioned', 'dismissed', 'appealed')", name="state"),
        Index("ix_cases_state_due_at_id", "state", "due_at", "id"),
        Index(
            "uq_cases_waiting_subject",
            "subject_id",
            unique=True,
            postgresql_where=text(WAITING),
            sqlite_where=text(WAITING),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(12))
    subject_id: Mapped[UUID]
    room_id: Mapped[UUID | None] = mapped_column(index=True)
    is_private: Mapped[bool]
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"), index=True)
    state: Mapped[str] = mapped_column(String(10), default="open")
    category: Mapped[str] = mapped_column(String(12))
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime]
    first_response_by: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]
    assignee_id: Mapped[UUID | None] = mapped_column(ForeignKey("members.id"))
    handled_by: Mapped[UUID | None] = mapped_column(ForeignKey("members.id"))
    handled_at: Mapped[datetime | None]
    note: Mapped[str | None] = mapped_column(EncryptedText("reports:{id}:note"))


class Report(Base):
    """A member's report.

    `reason` and `snapshot` are encrypted. The snapshot holds the message and a few around it as the reporter saw them,
    which no later edit or removal can hide.
    """

    __tablename__ = "reports"
    __table_args__ = (UniqueConstraint("case_id", "reporter_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    reporter_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"), index=True)
    subject_id: Mapped[UUID] = mapped_column(index=True)
    category: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(EncryptedText("reports:{id}:reason"))
    snapshot: Mapped[str] = mapped_column(EncryptedText("reports:{id}:snapshot"))
    created_at: Mapped[datetime]


class EvidenceAccess(Base):
    """A coordinator's temporary access to messages of a private room. Everyone in the room can see it."""

    __tablename__ = "evidence_access_grants"
    __table_args__ = (Index("ix_evidence_access_grants_room_id_opened_at", "room_id", "opened_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    room_id: Mapped[UUID]
    opened_by: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    opened_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    message_count: Mapped[int]


class Appeal(Base):
    """A member's appeal against a sanction, at most one. Its text and `answer` are encrypted."""

    __tablename__ = "appeals"
    __table_args__ = (CheckConstraint("state IN ('waiting', 'upheld', 'lifted')", name="state"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    sanction_id: Mapped[UUID] = mapped_column(ForeignKey("sanctions.id", ondelete="CASCADE"), unique=True)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"), index=True)
    state: Mapped[str] = mapped_column(String(8), default="waiting")
    statement: Mapped[str] = mapped_column(EncryptedText("appeals:{id}:words"))
    answer: Mapped[str | None] = mapped_column(EncryptedText("appeals:{id}:answer"))
    made_at: Mapped[datetime] = mapped_column(index=True)
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("members.id"))
    decided_at: Mapped[datetime | None]
