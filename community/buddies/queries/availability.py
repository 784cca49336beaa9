"""Buddies who are available now, and members who rest."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from community.buddies.models.pairings import Pairing, StandIn
from community.buddies.models.profiles import BuddyProfile
from community.buddies.rules import end_of_quiet_day
from community.core.unit_of_work import ReadContext
from community.members.models import Member


def available_buddies(ctx: ReadContext, member_id: UUID) -> list[UUID]:
    """Return a member's buddies who are available today, and their stand-in, the longest pairing first.

    Blocks are not applied.
    """
    pairings = ctx.session.scalars(
        select(Pairing)
        .where(or_(Pairing.a_id == member_id, Pairing.b_id == member_id), Pairing.state == "active")
        .order_by(Pairing.started_at, Pairing.id)
    )
    days = {
        row.pairing_id: row
        for row in ctx.session.scalars(
            select(StandIn).where(StandIn.member_id == member_id, StandIn.state != "over", StandIn.ends_at > ctx.now)
        )
    }
    found = []
    for row in pairings:
        day = days.get(row.id)
        if day is None:
            found.append(row.other(member_id))
        elif day.claimed_by is not None:
            found.append(day.claimed_by)
    return found


def has_profile(session: Session, member_id: UUID) -> bool:
    """Return whether a member has a buddy profile."""
    return session.get(BuddyProfile, member_id) is not None


def resting_members(ctx: ReadContext, member_ids: Collection[UUID]) -> set[UUID]:
    """Return those of these members who rest from helping others: after a pairing, or on one of their quiet days."""
    zone = aliased(Member)
    rows = ctx.session.execute(
        select(BuddyProfile, zone.time_zone)
        .join(zone, zone.id == BuddyProfile.member_id)
        .where(BuddyProfile.member_id.in_(member_ids))
    )
    return {
        profile.member_id
        for profile, time_zone in rows
        if profile.is_resting_at(ctx.now)
        or end_of_quiet_day(ctx.now, quiet_days=profile.quiet_days, time_zone=time_zone) is not None
    }
