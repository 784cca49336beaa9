"""Shift schedule as coordinators see it: the present shift, the coming ones, and gaps."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from community.core.permissions import Permission, roles_with
from community.core.unit_of_work import ReadContext
from community.members.models import Member, Shift
from community.members.queries.active_members import is_active
from community.members.queries.on_call import has_shift_schedule, on_shift
from community.shifts import access, rules

SCHEDULE_SPAN = timedelta(days=14)
MAX_SHIFTS = 200


@dataclass(frozen=True)
class ShiftView:
    """A shift with its coordinator's `notes` for the next one."""

    id: UUID
    member_id: UUID
    handle: str
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    is_mine: bool
    is_offered: bool
    is_now: bool
    notes: str | None = None


@dataclass(frozen=True)
class ShiftScheduleView:
    """The present shifts, those of the next two weeks, the gaps of seven days and the last shift that ended."""

    keeps: bool
    now: tuple[ShiftView, ...]
    coming: tuple[ShiftView, ...]
    gaps: tuple[rules.Span, ...]
    last: ShiftView | None


def shift_schedule(ctx: ReadContext) -> ShiftScheduleView:
    """Return the shift schedule from now on. Raises Forbidden."""
    until = ctx.now + SCHEDULE_SPAN
    rows = _shifts_between(ctx, ctx.now, until)
    views = tuple(_views(ctx, rows))
    ended = ctx.session.scalars(
        select(Shift).where(Shift.ends_at <= ctx.now).order_by(Shift.ends_at.desc(), Shift.id).limit(1)
    ).all()
    spans = [rules.Span(row.starts_at, row.ends_at) for row in rows]
    keeps = has_shift_schedule(ctx.session, now=ctx.now)
    return ShiftScheduleView(
        keeps=keeps,
        now=tuple(view for view in views if view.is_now),
        coming=tuple(view for view in views if not view.is_now),
        gaps=tuple(rules.gaps(spans, since=ctx.now, until=ctx.now + timedelta(days=7))) if keeps else (),
        last=next(iter(_views(ctx, ended)), None),
    )


def shifts(ctx: ReadContext, *, since: datetime | None, until: datetime | None) -> list[ShiftView]:
    """Return the shifts that overlap a span, by default the next two weeks. Raises Forbidden."""
    since = since or ctx.now
    return list(_views(ctx, _shifts_between(ctx, since, until or since + SCHEDULE_SPAN)))


def shifts_by_id(ctx: ReadContext, shift_ids: Collection[UUID]) -> list[ShiftView]:
    """Return these shifts in the order of their start. Raises Forbidden."""
    _ = ctx.permitted(Permission.TAKE_SHIFTS)
    rows = ctx.session.scalars(select(Shift).where(Shift.id.in_(shift_ids)).order_by(Shift.starts_at, Shift.id))
    return list(_views(ctx, rows.all()))


def schedulable_coordinators(ctx: ReadContext) -> list[tuple[UUID, str]]:
    """Return ids and handles of the coordinators who may be given shifts. Raises Forbidden."""
    _ = ctx.permitted(Permission.TAKE_SHIFTS)
    rows = ctx.session.execute(
        select(Member.id, Member.handle)
        .where(Member.role.in_(roles_with(Permission.TAKE_SHIFTS)), is_active(ctx.now))
        .order_by(Member.handle_key)
    )
    return [(row.id, row.handle) for row in rows]


def next_on_shift(session: Session, shift: Shift) -> list[UUID]:
    """Return the members on shift when one ends or within the hour after it, for notifications."""
    query = select(Shift.member_id).where(
        Shift.starts_at <= shift.ends_at + timedelta(hours=1), Shift.ends_at > shift.ends_at
    )
    return list(dict.fromkeys(session.scalars(query.order_by(Shift.starts_at, Shift.id))))


def on_shift_member(ctx: ReadContext, shift_id: UUID) -> UUID | None:
    """Return the coordinator of a shift that is on now, for notifications."""
    row = access.find_shift(ctx, shift_id)
    if row is None or not row.starts_at <= ctx.now < row.ends_at:
        return None
    return row.member_id if row.member_id in on_shift(ctx.session, now=ctx.now) else None


def _shifts_between(ctx: ReadContext, since: datetime, until: datetime) -> list[Shift]:
    _ = ctx.permitted(Permission.TAKE_SHIFTS)
    query = select(Shift).where(Shift.ends_at > since, Shift.starts_at < until)
    return list(ctx.session.scalars(query.order_by(Shift.starts_at, Shift.ends_at, Shift.id).limit(MAX_SHIFTS)))


def _views(ctx: ReadContext, rows: Iterable[Shift]) -> Iterable[ShiftView]:
    names = dict(schedulable_coordinators(ctx))
    for one in rows:
        yield ShiftView(
            id=one.id,
            member_id=one.member_id,
            handle=names.get(one.member_id, "Someone who left"),
            starts_at=one.starts_at,
            ends_at=one.ends_at,
            time_zone=one.time_zone,
            is_mine=one.member_id == ctx.permitted(Permission.TAKE_SHIFTS).id,
            is_offered=one.offered_at is not None,
            is_now=one.starts_at <= ctx.now < one.ends_at,
            notes=ctx.cipher.show_column(one, Shift.notes) if one.notes else None,
        )
