"""Buddy profiles as their members see them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from community.buddies.access import profiles
from community.buddies.models.profiles import BuddyProfile
from community.buddies.queries import answers
from community.buddies.rules import end_of_quiet_day
from community.core.crypto.cipher import FieldCipher
from community.core.errors import NotFound
from community.core.unit_of_work import ReadContext
from community.members.models import Member


@dataclass(frozen=True)
class ProfileView:
    """The actor's profile. `is_complete`: it suffices to be matched. `along_since` is the first of a month."""

    role: str
    capacity: int
    pathways: list[str]
    languages: list[str]
    interests: list[str]
    availability: list[dict[str, Any]]
    gender: str
    buddy_gender: str
    prefers: dict[str, list[str]]
    excludes: dict[str, list[str]]
    about: str
    life_stage: str
    family: list[str]
    work: str
    spirituality: str
    along_since: date | None
    mentor_months: int
    meets: str
    area: str
    quiet_days: list[int]
    stands_in: bool
    is_approved: bool
    is_complete: bool
    is_paused: bool
    paused_until: datetime | None
    active_count: int
    approved_places: int | None
    cooldown_until: datetime | None


def my_profile(ctx: ReadContext) -> ProfileView:
    """Return the actor's profile. Raises NotFound when they have none."""
    row = profiles.own_profile(ctx)
    if row is None:
        raise NotFound
    said = answers.opened(row, ctx.cipher)
    return ProfileView(
        role=row.role,
        capacity=row.capacity,
        about=about_text(row, ctx.cipher),
        quiet_days=row.quiet_days,
        stands_in=row.stands_in,
        is_approved=row.is_approved,
        is_complete=bool(said["languages"] and said["availability"]),
        is_paused=row.is_paused_at(ctx.now),
        paused_until=row.paused_until if row.is_paused_at(ctx.now) else None,
        active_count=row.active_count,
        approved_places=row.approved_places,
        cooldown_until=row.cooldown_until if row.is_resting_at(ctx.now) else None,
        **said,
    )


def quiet_until_of(session: Session, member_id: UUID, *, now: datetime) -> datetime | None:
    """Return the end of a member's quiet day, or None when today is not one."""
    query = select(BuddyProfile.quiet_days, Member.time_zone).join(Member, Member.id == BuddyProfile.member_id)
    found = session.execute(query.where(BuddyProfile.member_id == member_id)).one_or_none()
    return end_of_quiet_day(now, quiet_days=found[0], time_zone=found[1]) if found else None


def about_text(row: Any, cipher: FieldCipher) -> str:
    """Return a member's text about themself from a row with `member_id` and `about`. Empty when they wrote none."""
    return cipher.show_column(row, BuddyProfile.about) if row.about else ""
