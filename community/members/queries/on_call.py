"""Coordinators on shift. A community without a shift schedule has no one on shift and misses no one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session, aliased

from community.core.permissions import Permission, roles_with
from community.members.models import Member, Shift
from community.members.queries.active_members import Moment, is_active

ROTA_LASTS = timedelta(days=14)


@dataclass(frozen=True)
class Staffing:
    """Coverage of a community with a shift schedule: `is_unattended` while no one is on shift, and when the next shift
    begins, if one is planned.
    """

    is_unattended: bool
    next_shift_at: datetime | None


def staffing(session: Session, *, now: datetime) -> Staffing:
    """Return whether a coordinator is on shift, for members who wait for one."""
    if not is_unattended(session, now=now):
        return Staffing(is_unattended=False, next_shift_at=None)
    return Staffing(is_unattended=True, next_shift_at=next_shift_at(session, now=now))


def on_shift(session: Session, *, now: datetime) -> list[UUID]:
    """Return the coordinators on shift now who may use the service, the one whose shift began last first."""
    query = (
        select(Shift.member_id)
        .join(Member, Member.id == Shift.member_id)
        .where(is_running(now), Member.role.in_(roles_with(Permission.TAKE_SHIFTS)), is_active(now))
        .order_by(Shift.starts_at.desc(), Shift.id)
    )
    return list(dict.fromkeys(session.scalars(query)))


def has_shift_schedule(session: Session, *, now: datetime) -> bool:
    """Return whether this community has a shift schedule: some shift is to come, is on, or ended within a fortnight."""
    return bool(session.scalar(select(has_shift_since(now - ROTA_LASTS))))


def next_shift_at(session: Session, *, now: datetime) -> datetime | None:
    """Return when the next shift of a coordinator who may use the service begins, if one is planned."""
    query = (
        select(func.min(Shift.starts_at))
        .join(Member, Member.id == Shift.member_id)
        .where(Shift.starts_at > now, Member.role.in_(roles_with(Permission.TAKE_SHIFTS)), is_active(now))
    )
    return session.scalar(query)


def is_running(now: Moment) -> ColumnElement[bool]:
    """Return the condition on `Shift` that it is on at a moment."""
    return (Shift.starts_at <= now) & (Shift.ends_at > now)


def no_one_on_shift(now: Moment, *, since: Moment) -> ColumnElement[bool]:
    """Return the condition that there is a shift schedule (a shift ended after `since`), and no one is on shift now."""
    staff = aliased(Member)
    there = exists().where(
        is_running(now),
        staff.id == Shift.member_id,
        staff.role.in_(roles_with(Permission.TAKE_SHIFTS)),
        is_active(now, staff),
    )
    return and_(has_shift_since(since), ~there)


def is_unattended(session: Session, *, now: datetime) -> bool:
    """Return whether there is a shift schedule and no one is on shift."""
    return bool(session.scalar(select(no_one_on_shift(now, since=now - ROTA_LASTS))))


def has_shift_since(since: Moment) -> ColumnElement[bool]:
    """Return the condition that some shift ended after a moment or is still to end."""
    return exists().where(Shift.ends_at > since)
