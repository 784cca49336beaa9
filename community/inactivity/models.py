"""Tables of inactivity."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from community.core.db import Base


class InactivityWatch(Base):
    """A member wants it noticed when they grow quiet. Without a row nothing is looked at.

    `quiet_since` is the week in which it was first noticed, `level` who has heard of it: 1 themselves, 2 their buddy,
    3 the coordinators; each only when it goes on, and the last two only when the member allows them to.
    """

    __tablename__ = "quiet_watches"
    __table_args__ = (CheckConstraint("level BETWEEN 0 AND 3", name="level"),)

    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    tells_buddy: Mapped[bool] = mapped_column(default=False)
    tells_coordinator: Mapped[bool] = mapped_column(default=False)
    since: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    level: Mapped[int] = mapped_column(SmallInteger, default=0)
    quiet_since: Mapped[date | None] = mapped_column(Date)
    next_at: Mapped[datetime | None] = mapped_column(index=True)
