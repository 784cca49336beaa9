"""Tables of check-ins, their schedules, and what helped."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from community.core.crypto.encrypted_columns import EncryptedText
from community.core.db import Base
from community.core.ids import new_id

_SHARED = text("audience != 'only_me'")


class CheckIn(Base):
    """A member's encrypted answers about a day. Once their audience is not the member alone, nothing of it changes.

    `helped` is `open` until the member says, once, whether a recommendation helped.
    """

    __tablename__ = "check_ins"
    __table_args__ = (
        CheckConstraint("audience IN ('only_me', 'buddy', 'coordinator', 'trend')", name="audience"),
        CheckConstraint("helped IN ('open', 'said')", name="helped"),
        Index("ix_check_ins_member_id_made_at_id", "member_id", "made_at", "id"),
        Index("ix_check_ins_audience", "audience", "made_at", postgresql_where=_SHARED, sqlite_where=_SHARED),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    made_at: Mapped[datetime]
    audience: Mapped[str] = mapped_column(String(11))
    answers: Mapped[str] = mapped_column(EncryptedText("check_ins:{id}:answers"))
    helped: Mapped[str] = mapped_column(String(4), default="open")


class CheckInSchedule(Base):
    """A member's choice of how often and at what local time they are asked, from the day `anchor` on.

    `answered_at` is when they last checked in or skipped a day, `asked_at` when they were last asked, `missed` how many
    prompts in a row they did not answer. `version` counts their choices; events of an older version are void.
    """

    __tablename__ = "check_in_schedules"
    __table_args__ = (CheckConstraint("interval IN ('day', 'week', 'two_weeks', 'never')", name="every"),)

    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    interval: Mapped[str] = mapped_column(String(9), default="week")
    local_time: Mapped[str] = mapped_column(String(5))
    anchor_date: Mapped[date] = mapped_column(Date)
    notify_buddy: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    next_at: Mapped[datetime | None] = mapped_column(index=True)
    asked_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    missed_count: Mapped[int] = mapped_column(SmallInteger, default=0)
    changed_at: Mapped[datetime]


class HelpfulActions(Base):
    """A member's encrypted counts of what helped, by kind. They only change the order of their own recommendations."""

    __tablename__ = "helpful_actions"

    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    counts: Mapped[str] = mapped_column(EncryptedText("what_helps:{member_id}:counts"))
