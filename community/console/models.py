"""Tables of staff tasks."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from community.core.db import Base
from community.core.ids import new_id


class CoordinatorTask(Base):
    """A task for any coordinator. There is at most one open task of a kind about a subject.

    Tasks that are done are kept for the day's list and for the coordinator who takes over.
    """

    __tablename__ = "staff_tasks"
    __table_args__ = (
        Index(
            "uq_staff_tasks_open",
            "kind",
            "subject",
            unique=True,
            postgresql_where=text("done_at IS NULL"),
            sqlite_where=text("done_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(60))
    subject: Mapped[UUID]
    title: Mapped[str] = mapped_column(String(200))
    url: Mapped[str] = mapped_column(String(300))
    created_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    taken_by: Mapped[UUID | None] = mapped_column(ForeignKey("members.id"))
    done_at: Mapped[datetime | None] = mapped_column(index=True)
    done_by: Mapped[UUID | None] = mapped_column(ForeignKey("members.id"))


class TaskHidden(Base):
    """A coordinator from whom a task is hidden, because it is about them."""

    __tablename__ = "staff_task_exclusions"

    task_id: Mapped[UUID] = mapped_column(ForeignKey("staff_tasks.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
