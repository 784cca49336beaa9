"""Table of buddy profiles."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from community.core.crypto.encrypted_columns import EncryptedText
from community.core.db import Base


class BuddyProfile(Base):
    """A member's answers about the buddy they look for, and their places.

    The answers are encrypted as one value, `answers` (see `queries.answers`), and so is `about`. The columns from
    `pathways` to `area` held the answers in clear text before: they are empty once a worker has encrypted such a row.
    `max_active` is the larger of `capacity` and `active_count`: a member who lowers their capacity keeps their buddies
    and gets no new one. `waiting_since` is when they last began to wait. `approved_places` is a coordinator's limit to
    how many a mentor may have, whatever `capacity` says. `quiet_days` are weekdays (0 is Monday) on which nothing of
    buddies reaches them, `cooldown_until` is the end of a rest after a pairing, and a member who `stands_in` may be
    asked to cover for another's buddy for a day.
    """

    __tablename__ = "buddy_profiles"
    __table_args__ = (
        CheckConstraint("role IN ('seeking', 'mentor', 'peer')", name="role"),
        CheckConstraint("active_count >= 0 AND active_count <= max_active", name="places"),
    )

    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(String(8))
    capacity: Mapped[int] = mapped_column(default=1)
    max_active: Mapped[int] = mapped_column(default=1)
    active_count: Mapped[int] = mapped_column(default=0)
    pathways: Mapped[list[Any]] = mapped_column(default=list)
    languages: Mapped[list[Any]] = mapped_column(default=list)
    interests: Mapped[list[Any]] = mapped_column(default=list)
    availability: Mapped[list[Any]] = mapped_column(default=list)
    gender: Mapped[str] = mapped_column(String(10), default="")
    buddy_gender: Mapped[str] = mapped_column(String(10), default="any")
    prefers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    excludes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    answers: Mapped[str | None] = mapped_column(EncryptedText("buddy_profiles:{member_id}:answers"))
    about: Mapped[str] = mapped_column(EncryptedText("buddy_profiles:{member_id}:about"), default="")
    life_stage: Mapped[str] = mapped_column(String(12), default="")
    family: Mapped[list[Any]] = mapped_column(default=list)
    work: Mapped[str] = mapped_column(String(12), default="")
    spirituality: Mapped[str] = mapped_column(String(12), default="")
    along_since: Mapped[date | None]
    mentor_months: Mapped[int] = mapped_column(default=0)
    meets: Mapped[str] = mapped_column(String(10), default="any")
    area: Mapped[str] = mapped_column(String(40), default="")
    quiet_days: Mapped[list[Any]] = mapped_column(default=list)
    stands_in: Mapped[bool] = mapped_column(default=False)
    cooldown_until: Mapped[datetime | None]
    is_paused: Mapped[bool] = mapped_column(default=False)
    paused_until: Mapped[datetime | None]
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[UUID | None] = mapped_column(ForeignKey("members.id"))
    approved_places: Mapped[int | None]
    trained_on: Mapped[date | None]
    waiting_since: Mapped[datetime]
    changed_at: Mapped[datetime]

    def is_paused_at(self, now: datetime) -> bool:
        """Return whether no suggestion is wanted at `now`."""
        return self.is_paused and (self.paused_until is None or self.paused_until > now)

    @property
    def is_approved(self) -> bool:
        """Return whether this role may be matched: mentors need a coordinator's approval."""
        return self.role != "mentor" or self.approved_at is not None

    @property
    def places(self) -> int:
        """The number of buddies that they want and may have."""
        return self.capacity if self.approved_places is None else min(self.capacity, self.approved_places)

    @property
    def free_places(self) -> int:
        """The number of further buddies that they want and may have, never below 0."""
        return max(0, self.places - self.active_count)

    def is_resting_at(self, now: datetime) -> bool:
        """Return whether a pairing ended so recently that no new one is suggested."""
        return self.cooldown_until is not None and self.cooldown_until > now
