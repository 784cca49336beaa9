"""Table of inactivity watches."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from community.core.db import Base


class InactivityWatch(Base):
    """A member's wish to have their inactivity detected. Without a row nothing is compared.

    `inactive_since` is the week in which it was first detected, `level` who has been notified: 1 the member, 2 their
    buddy, 3 the coordinators; each only while it goes on, and the last two only when the member allows them.
    """

    __tablename__ = "inactivity_watches"
    __table_args__ = (CheckConstraint("escalation_level BETWEEN 0 AND 3", name="level"),)

    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    notify_buddy: Mapped[bool] = mapped_column(default=False)
    notify_coordinator: Mapped[bool] = mapped_column(default=False)
    since: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    escalation_level: Mapped[int] = mapped_column(SmallInteger, default=0)
    inactive_since: Mapped[date | None] = mapped_column(Date)
    next_at: Mapped[datetime | None] = mapped_column(index=True)
