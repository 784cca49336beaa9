"""The rota as coordinators see it: who is on shift, who comes next, and when nobody is there."""

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
from community.members.queries.on_call import has_shift_schedule
from community.shifts import rules

SCHEDULE_SPAN = timedelta(days=14)
MAX_SHIFTS = 200


@dataclass(frozen=True)
class ShiftView:
    """A shift; `notes` are what its coordinator leaves for the next one."""

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
    """Who is on shift, what is to come within a fortnight, when nobody is, and the notes of who went last."""

    keeps: bool
    now: tuple[ShiftView, ...]
    coming: tuple[ShiftView, ...]
    gaps: tuple[rules.Span, ...]
    last: ShiftView | None


def shift_schedule(ctx: ReadContext) -> ShiftScheduleView:
    """The rota from now on. Raises Forbidden."""
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
    """The shifts that touch a span, by default those of the next fortnight. Raises Forbidden."""
    since = since or ctx.now
    return list(_views(ctx, _shifts_between(ctx, since, until or since + SCHEDULE_SPAN)))


def shifts_by_id(ctx: ReadContext, shift_ids: Collection[UUID]) -> list[ShiftView]:
    """These shifts by when they begin. Raises Forbidden."""
    _ = ctx.permitted(Permission.TAKE_SHIFTS)
    rows = ctx.session.scalars(select(Shift).where(Shift.id.in_(shift_ids)).order_by(Shift.starts_at, Shift.id))
    return list(_views(ctx, rows.all()))


def schedulable_coordinators(ctx: ReadContext) -> list[tuple[UUID, str]]:
    """Who may be planned: ids and handles of coordinators. Raises Forbidden."""
    _ = ctx.permitted(Permission.TAKE_SHIFTS)
    rows = ctx.session.execute(
        select(Member.id, Member.handle)
        .where(Member.role.in_(roles_with(Permission.TAKE_SHIFTS)), is_active(ctx.now))
        .order_by(Member.handle_key)
    )
    return [(row.id, row.handle) for row in rows]


def row(session: Session, shift_id: UUID) -> Shift | None:
    """A shift, for notices."""
    return session.get(Shift, shift_id)


def next_on_shift(session: Session, shift: Shift) -> list[UUID]:
    """Who is on shift when one ends, or comes within the hour, for notices."""
    query = select(Shift.member_id).where(
        Shift.starts_at <= shift.ends_at + timedelta(hours=1), Shift.ends_at > shift.ends_at
    )
    return list(dict.fromkeys(session.scalars(query.order_by(Shift.starts_at, Shift.id))))


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
            handle=names.get(one.member_id, "Somebody who left"),
            starts_at=one.starts_at,
            ends_at=one.ends_at,
            time_zone=one.time_zone,
            is_mine=one.member_id == ctx.permitted(Permission.TAKE_SHIFTS).id,
            is_offered=one.offered_at is not None,
            is_now=one.starts_at <= ctx.now < one.ends_at,
            notes=ctx.cipher.show_column(one, Shift.notes) if one.notes else None,
        )
