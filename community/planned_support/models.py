"""Table of planned support."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from community.core.crypto.encrypted_columns import EncryptedText
from community.core.db import Base
from community.core.ids import new_id
from community.planned_support.rules import Hours


class PlannedSupport(Base):
    """A tough time of the week or month, and the encrypted plan of what the member wants to have then.

    Either `weekday` (0 is Monday) or `month_day` is set; a day that a month lacks is its last. The time ends on the
    next day when `ends` is not later than `begins`. `version` counts how often it had to be scheduled anew.
    """

    __tablename__ = "planned_support_times"
    __table_args__ = (
        CheckConstraint("(weekday IS NULL) != (month_day IS NULL)", name="day"),
        CheckConstraint("weekday IS NULL OR weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("month_day IS NULL OR month_day BETWEEN 1 AND 31", name="month_day"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    weekday: Mapped[int | None] = mapped_column(SmallInteger)
    month_day: Mapped[int | None] = mapped_column(SmallInteger)
    begins: Mapped[str] = mapped_column(String(5))
    ends: Mapped[str] = mapped_column(String(5))
    plan: Mapped[str] = mapped_column(EncryptedText("hard_hours:{id}:plan"))
    version: Mapped[int] = mapped_column(default=1)
    next_at: Mapped[datetime] = mapped_column(index=True)
    created_at: Mapped[datetime]

    @property
    def hours(self) -> Hours:
        """Return the day and local times."""
        return Hours(self.weekday, self.month_day, self.begins, self.ends)
