"""Conditions and queries of active members, who may use the service."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session as DbSession
from sqlalchemy.sql.elements import ColumnElement

from community.core.permissions import Permission, Role, roles_with
from community.members.models import Member, Sanction

Moment = datetime | ColumnElement[datetime]
"""A moment, or the place of one in a prepared statement."""


def in_force(now: Moment) -> ColumnElement[bool]:
    """Return the condition on `Sanction` that it has begun by `now`, is not over and was not lifted."""
    return and_(
        Sanction.lifted_at.is_(None),
        Sanction.starts_at <= now,
        or_(Sanction.ends_at.is_(None), Sanction.ends_at > now),
    )


def is_suspended(now: Moment, member: type[Member] = Member) -> ColumnElement[bool]:
    """Return the condition on `Member`, or an alias of it, that a suspension is in force at `now`."""
    return exists().where(Sanction.member_id == member.id, Sanction.kind == "suspension", in_force(now))


def is_active(now: Moment, member: type[Member] = Member) -> ColumnElement[bool]:
    """Return the condition on `Member`, or an alias of it, that they may use the service at `now`."""
    return and_(member.state == "active", ~is_suspended(now, member))


def active_members(
    session: DbSession, *, now: datetime, roles: Iterable[str] = (), among: Iterable[UUID] | None = None
) -> list[UUID]:
    """Return the ids of active members, of these roles or of all, and only `among` these if given."""
    query = select(Member.id).where(is_active(now))
    if among is not None:
        query = query.where(Member.id.in_(list(among)))
    wanted = list(roles)
    return list(session.scalars(query.where(Member.role.in_(wanted)) if wanted else query))


def is_plain_member(session: DbSession, member_id: UUID) -> bool:
    """Return whether this is a member without a staff role."""
    role = session.scalar(select(Member.role).where(Member.id == member_id))
    return role is not None and not Role(role).has_any_permission


def takes_part(session: DbSession, member_id: UUID) -> bool:
    """Return whether a member's role takes part in rooms and the rest: an auditor's does not."""
    role = session.scalar(select(Member.role).where(Member.id == member_id))
    return role is not None and Role(role).may(Permission.TAKE_PART)


def cohort_of(session: DbSession, member_id: UUID) -> UUID | None:
    """Return the cohort that a member is in now."""
    return session.scalar(select(Member.cohort_id).where(Member.id == member_id))


def coordinators(session: DbSession, *, now: datetime) -> list[UUID]:
    """Return the ids of all active members whose role gets notifications for coordinators."""
    return active_members(session, now=now, roles=roles_with(Permission.GET_STAFF_NOTICES))
