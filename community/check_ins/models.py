"""Check-ins, how often somebody is asked, and what helped them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from community.core.crypto.encrypted_columns import EncryptedText
from community.core.db import Base
from community.core.ids import new_id

_SHARED = text("audience != 'only_me'")


class CheckIn(Base):
    """What somebody said of a day. All of it is sealed; who may see it was chosen then and does not change.

    `helped` is `open` until they say, once, whether something that was offered helped.
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
    """How often and when somebody wants to be asked, by their own clock, from the day `anchor` on.

    `answered_at` is when they last checked in or said "not today", `asked_at` the last time they were asked, `missed`
    how often in a row they then said nothing. `version` counts what they chose: what was planned before is void.
    """

    __tablename__ = "check_in_rhythms"
    __table_args__ = (CheckConstraint("every IN ('day', 'week', 'two_weeks', 'never')", name="every"),)

    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    every: Mapped[str] = mapped_column(String(9), default="week")
    at: Mapped[str] = mapped_column(String(5))
    anchor: Mapped[date] = mapped_column(Date)
    tells_buddy: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    next_at: Mapped[datetime | None] = mapped_column(index=True)
    asked_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    missed: Mapped[int] = mapped_column(SmallInteger, default=0)
    changed_at: Mapped[datetime]


class HelpfulActions(Base):
    """What somebody said helped them, kind by kind, sealed; it changes the order of their own suggestions alone."""

    __tablename__ = "what_helps"

    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    counts: Mapped[str] = mapped_column(EncryptedText("what_helps:{member_id}:counts"))
