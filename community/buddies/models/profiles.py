"""What members look for, and what they need."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from community.core.crypto.encrypted_columns import EncryptedText
from community.core.db import Base


class BuddyProfile(Base):
    """What a member looks for, and how many buddies they have.

    What they answered is sealed as one value, `answers` (see `queries.answers`), and so is `about`. The columns from
    `pathways` to `area` held the answers in the open before: they are empty once a worker has sealed such a row.
    `ceiling` is the larger of `capacity` and `active_count`: who lowers their capacity keeps the buddies they have and
    gets no new one. `waiting_since` is when they last began to wait. `approved_places` is a coordinator's limit to how
    many a mentor may be there for, whatever `capacity` says. `quiet_days` are weekdays (0 is Monday) on which nothing
    of buddies reaches them, `rests_until` is the end of a rest after a pairing, and who `stands_in` may be asked to be
    there for somebody else's buddy for a day.
    """

    __tablename__ = "buddy_profiles"
    __table_args__ = (
        CheckConstraint("role IN ('seeking', 'mentor', 'peer')", name="role"),
        CheckConstraint("active_count >= 0 AND active_count <= ceiling", name="places"),
    )

    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(String(8))
    capacity: Mapped[int] = mapped_column(default=1)
    ceiling: Mapped[int] = mapped_column(default=1)
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
    rests_until: Mapped[datetime | None]
    is_paused: Mapped[bool] = mapped_column(default=False)
    paused_until: Mapped[datetime | None]
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[UUID | None] = mapped_column(ForeignKey("members.id"))
    approved_places: Mapped[int | None]
    trained_on: Mapped[date | None]
    waiting_since: Mapped[datetime]
    changed_at: Mapped[datetime]

    def is_paused_at(self, now: datetime) -> bool:
        """Whether no suggestion is wanted at `now`."""
        return self.is_paused and (self.paused_until is None or self.paused_until > now)

    @property
    def is_approved(self) -> bool:
        """Whether this role may be matched: mentors need a coordinator's word."""
        return self.role != "mentor" or self.approved_at is not None

    @property
    def places(self) -> int:
        """How many buddies they want, and may have."""
        return self.capacity if self.approved_places is None else min(self.capacity, self.approved_places)

    @property
    def free_places(self) -> int:
        """How many more buddies they want and may have than they have; never below 0."""
        return max(0, self.places - self.active_count)

    def is_resting_at(self, now: datetime) -> bool:
        """Whether nobody new is suggested because a pairing ended a short while ago."""
        return self.rests_until is not None and self.rests_until > now
