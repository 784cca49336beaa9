"""Meetups, their dates, and who answered what."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from community.core.db import Base
from community.core.ids import new_id


class Meetup(Base):
    """What happens, where, and who hosts it. When it happens is its occurrences' matter."""

    __tablename__ = "meetups"
    __table_args__ = (CheckConstraint("place_kind IN ('in_person', 'online', 'hybrid')", name="place_kind"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    host_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    title: Mapped[str] = mapped_column(String(120))
    description: Mapped[str] = mapped_column(Text)
    time_zone: Mapped[str] = mapped_column(String(64))
    duration_minutes: Mapped[int]
    place_kind: Mapped[str] = mapped_column(String(10))
    address: Mapped[str] = mapped_column(String(300))
    url: Mapped[str] = mapped_column(String(500))
    created_at: Mapped[datetime]


class Occurrence(Base):
    """One date. Local wall time and the meetup's zone are the truth, `starts_at` is derived from them.

    Every change to answers, seats or state happens under this row's lock; `version` moves with time, place and
    cancellation. `waitlist_next` is the last place given out in its waiting line.
    """

    __tablename__ = "occurrences"
    __table_args__ = (
        CheckConstraint("state IN ('scheduled', 'cancelled', 'completed')", name="state"),
        CheckConstraint("capacity IS NULL OR going_count <= capacity", name="seats"),
        CheckConstraint("going_count >= 0 AND waitlist_count >= 0", name="counts"),
        Index("ix_occurrences_starts_at_id", "starts_at", "id"),
        {"postgresql_with": {"fillfactor": "70"}},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    meetup_id: Mapped[UUID] = mapped_column(ForeignKey("meetups.id", ondelete="CASCADE"), index=True)
    starts_at_local: Mapped[datetime] = mapped_column(DateTime(timezone=False))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(String(10), default="scheduled")
    capacity: Mapped[int | None]
    going_count: Mapped[int] = mapped_column(default=0)
    waitlist_count: Mapped[int] = mapped_column(default=0)
    waitlist_next: Mapped[int] = mapped_column(default=0)
    cancel_reason: Mapped[str | None] = mapped_column(String(300))


class Rsvp(Base):
    """A member's answer to a date. `waitlist_seq` orders those who wait; who leaves and comes back gets a new one."""

    __tablename__ = "rsvps"
    __table_args__ = (
        CheckConstraint("state IN ('going', 'waitlisted', 'offered', 'maybe', 'declined', 'cancelled')", name="state"),
        CheckConstraint("(state = 'waitlisted') = (waitlist_seq IS NOT NULL)", name="waits"),
        UniqueConstraint("occurrence_id", "member_id"),
        Index("ix_rsvps_occurrence_id_waitlist_seq", "occurrence_id", "waitlist_seq"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    occurrence_id: Mapped[UUID] = mapped_column(ForeignKey("occurrences.id", ondelete="CASCADE"))
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(String(10))
    waitlist_seq: Mapped[int | None]
    changed_at: Mapped[datetime]
