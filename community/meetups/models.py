"""Tables of meetups, occurrences, RSVPs, attendance and members' meetup preferences."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from community.core.db import Base
from community.core.ids import new_id
from community.meetups.rules.rsvps import ON_WAITLIST, RsvpAnswer, RsvpState


def _sql(values: Iterable[str]) -> str:
    """Return the values as a list in SQL. For constants only: they are not escaped."""
    listed = ", ".join(f"'{value}'" for value in values)
    return f"({listed})"


class Meetup(Base):
    """A meetup that happens once or as a series, with its place and host.

    `recurrence` is a `recurrence.Recurrence` as JSON, None for a meetup that happens once. Title, place and length
    apply to every occurrence without `overrides` of its own. Occurrences of an endless series exist until
    `occurrences_created_until`. `room_closes_at` is when the room was closed because no occurrence was left; None when
    a host closed it. `revision` counts the changes that calendars show, here and on the occurrence, the RSVP and the
    preference.
    """

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
    recurrence: Mapped[dict[str, Any] | None]
    capacity: Mapped[int | None]
    occurrences_created_until: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    room_id: Mapped[UUID | None]
    room_closes_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=0, server_default="0")
    changed_at: Mapped[datetime | None]


class MeetupHost(Base):
    """A member who hosts a meetup beside its host."""

    __tablename__ = "meetup_hosts"

    meetup_id: Mapped[UUID] = mapped_column(ForeignKey("meetups.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True, index=True)


class Occurrence(Base):
    """One date of a meetup. Local wall time and the meetup's zone decide; `starts_at` is derived from them.

    Every change to RSVPs, seats or state happens under this row's lock. `version` rises with time, place and
    cancellation. `waitlist_next` is the last place given out on the waitlist, `held_count` the number of offered seats.
    `recurrence_id` is the wall time that the series' rule gives, even after the occurrence was moved.
    """

    __tablename__ = "occurrences"
    __table_args__ = (
        CheckConstraint("state IN ('scheduled', 'cancelled', 'completed')", name="state"),
        CheckConstraint("capacity IS NULL OR going_count <= capacity", name="seats"),
        CheckConstraint("going_count >= 0 AND waitlist_count >= 0", name="counts"),
        CheckConstraint("held_count >= 0 AND (capacity IS NULL OR going_count + held_count <= capacity)", name="held"),
        Index("ix_occurrences_starts_at_id", "starts_at", "id"),
        Index("uq_occurrences_meetup_id_recurrence_id", "meetup_id", "recurrence_id", unique=True),
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
    held_count: Mapped[int] = mapped_column(default=0)
    recurrence_id: Mapped[datetime | None] = mapped_column(DateTime(timezone=False))
    overrides: Mapped[dict[str, Any] | None]
    changed_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=0, server_default="0")


class Rsvp(Base):
    """A member's answer to an occurrence. `waitlist_seq` orders the waitlist; leaving and returning gives a new one.

    `is_standing`: it follows from a standing RSVP, not from an answer of its own. `offer_declined_at`: an offer lapsed;
    the member keeps their place and is not offered a seat first again. `reconfirm_version`: the occurrence moved far,
    and the member has not confirmed yet that they still come.
    """

    __tablename__ = "rsvps"
    __table_args__ = (
        CheckConstraint(f"state IN {_sql(RsvpState)}", name="state"),
        CheckConstraint(f"(state IN {_sql(ON_WAITLIST)}) = (waitlist_seq IS NOT NULL)", name="waits"),
        CheckConstraint(f"(state = '{RsvpState.OFFERED}') = (offer_expires_at IS NOT NULL)", name="offers"),
        UniqueConstraint("occurrence_id", "member_id"),
        Index("ix_rsvps_occurrence_id_waitlist_seq", "occurrence_id", "waitlist_seq"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    occurrence_id: Mapped[UUID] = mapped_column(ForeignKey("occurrences.id", ondelete="CASCADE"))
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(String(10))
    waitlist_seq: Mapped[int | None]
    changed_at: Mapped[datetime]
    is_standing: Mapped[bool] = mapped_column(default=False)
    offer_expires_at: Mapped[datetime | None]
    offer_declined_at: Mapped[datetime | None]
    reconfirm_version: Mapped[int | None]
    revision: Mapped[int] = mapped_column(default=0, server_default="0")


class StandingRsvp(Base):
    """A member's answer to every occurrence of a series without an answer of its own."""

    __tablename__ = "standing_rsvps"
    __table_args__ = (CheckConstraint(f"answer IN {_sql(RsvpAnswer)}", name="answer"),)

    meetup_id: Mapped[UUID] = mapped_column(ForeignKey("meetups.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True, index=True)
    answer: Mapped[str] = mapped_column(String(10))
    changed_at: Mapped[datetime]


class Attendance(Base):
    """A member's attendance as a host marked it. `marked_at` is when this state was first marked."""

    __tablename__ = "attendance"
    __table_args__ = (CheckConstraint("state IN ('attended', 'no_show', 'excused')", name="state"),)

    occurrence_id: Mapped[UUID] = mapped_column(ForeignKey("occurrences.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True, index=True)
    state: Mapped[str] = mapped_column(String(10))
    marked_by: Mapped[UUID | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
    marked_at: Mapped[datetime]


class AttendanceMark(Base):
    """A mark that has arrived, by its sender's nonce. A repeated mark changes nothing."""

    __tablename__ = "attendance_submissions"

    occurrence_id: Mapped[UUID] = mapped_column(ForeignKey("occurrences.id", ondelete="CASCADE"), primary_key=True)
    idempotency_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    recorded_at: Mapped[datetime]


class MeetupPreference(Base):
    """A member's meetup preferences: being listed, reminders, and titles in their calendar.

    The feed's address is derived from `feed_version`; a new version ends the old address.
    """

    __tablename__ = "meetup_preferences"

    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    is_listed: Mapped[bool] = mapped_column(default=True)
    remind_minutes: Mapped[list[Any]]
    has_full_titles: Mapped[bool] = mapped_column(default=False)
    feed_version: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column(default=0, server_default="0")
    changed_at: Mapped[datetime | None]
