"""Eligibility of helpers: members who may be brought together with a member who needs help.

Reach-outs, greeters, companions, stand-ins, suggestions and pairings use these conditions. A place that opens a room
for two people without asking is found by `tests/house/test_helper_eligibility.py`.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, column, exists, or_, select, table
from sqlalchemy.orm import Session, aliased

from community.core.permissions import Permission, roles_with
from community.members.models import Member, Sanction
from community.members.queries.active_members import in_force, is_active
from community.members.queries.blocks import can_interact

NEW_FOR = timedelta(days=14)
RESTRICTIONS = ("mute", "room_ban", "suspension")
OPEN_STATES = ("open", "triaged")
# The safety feature owns this table and is on a higher tier, so its model cannot be imported here.
_CASES = table("cases", column("member_id"), column("state"))


def is_in_good_standing(now: datetime, member: type[Member] = Member) -> ColumnElement[bool]:
    """Return the condition on `Member`, or an alias: active, without a sanction in force and without an open case about
    them.

    A sanction in one room counts like one everywhere. Warnings do not count. An open case does not count for staff:
    otherwise one report could take the coordinator on call away from everyone who needs help.
    """
    restricted = exists().where(Sanction.member_id == member.id, Sanction.kind.in_(RESTRICTIONS), in_force(now))
    has_case = exists().where(_CASES.c.member_id == member.id, _CASES.c.state.in_(OPEN_STATES))
    return and_(
        member.state == "active", ~restricted, or_(member.role.in_(roles_with(Permission.TAKE_SHIFTS)), ~has_case)
    )


def has_settled_in(now: datetime, member: type[Member] = Member) -> ColumnElement[bool]:
    """Return the condition on `Member`, or an alias: joined at least a fortnight ago, or is staff.

    A community in which no one joined that long ago has no other helpers, so there everyone counts as settled in.
    """
    earlier = aliased(Member)
    anyone = exists().where(earlier.created_at <= _before(now))
    return or_(member.role.in_(roles_with(Permission.TAKE_SHIFTS)), member.created_at <= _before(now), ~anyone)


def is_eligible_helper(now: datetime, member: type[Member] = Member) -> ColumnElement[bool]:
    """Return the condition on `Member`, or an alias: may be brought together with a member who needs help."""
    return and_(is_in_good_standing(now, member), has_settled_in(now, member))


def eligible_helpers(session: Session, member_ids: Iterable[UUID], *, now: datetime) -> set[UUID]:
    """Return those of these members who may be brought together with a member who needs help."""
    ids = set(member_ids)
    return set(session.scalars(select(Member.id).where(Member.id.in_(ids), is_eligible_helper(now)))) if ids else set()


def can_help(session: Session, member_id: UUID, *, now: datetime) -> bool:
    """Return whether a member may be brought together with a member who needs help."""
    return bool(eligible_helpers(session, [member_id], now=now))


def can_help_member(session: Session, *, helper: UUID, needs_help: UUID, now: datetime) -> bool:
    """Return whether this helper may meet this member: the helper is eligible, the member active, the two not
    separated.
    """
    here = session.scalar(select(Member.id).where(Member.id == needs_help, is_active(now)))
    return here is not None and can_help(session, helper, now=now) and can_interact(session, helper, needs_help)


def _before(now: datetime) -> datetime:
    return now - NEW_FOR
