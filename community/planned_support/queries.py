"""Planned support of the actor."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from community.check_ins.queries.schedule import member_time_zone
from community.core.crypto.cipher import CANNOT_BE_SHOWN
from community.core.unit_of_work import ReadContext
from community.planned_support import access, rules
from community.planned_support.models import PlannedSupport


@dataclass(frozen=True)
class PlannedSupportView:
    """A planned time of the actor and its plan, `when` in words. `is_now` while it lasts."""

    id: UUID
    when: str
    weekday: int | None
    month_day: int | None
    begins: str
    ends: str
    kinds: tuple[str, ...]
    note: str
    next_at: datetime
    is_now: bool
    zone: str


def my_planned_supports(ctx: ReadContext) -> list[PlannedSupportView]:
    """Return the times that the actor plans support for."""
    rows = access.own_planned_supports(ctx)
    return [_view(ctx, row) for row in rows]


def my_planned_support(ctx: ReadContext, hard_hour_id: UUID) -> PlannedSupportView:
    """Return one of the actor's planned times. Raises NotFound."""
    return _view(ctx, access.own_planned_support(ctx, hard_hour_id))


def current_planned_support(ctx: ReadContext) -> UUID | None:
    """Return the id of the actor's planned time that it is now."""
    rows = access.own_planned_supports(ctx)
    zone = member_time_zone(ctx, ctx.actor.id) if rows else None
    return next((row.id for row in rows if zone and rules.current_start(row.hours, zone=zone, now=ctx.now)), None)


def _view(ctx: ReadContext, row: PlannedSupport) -> PlannedSupportView:
    zone = member_time_zone(ctx, row.member_id)
    lost = rules.Plan((), CANNOT_BE_SHOWN)
    plan = ctx.cipher.show_column_as(row, PlannedSupport.plan, rules.decode_plan, default=lost)
    is_now = rules.current_start(row.hours, zone=zone, now=ctx.now) is not None
    return PlannedSupportView(
        row.id,
        row.hours.text,
        **vars(row.hours),
        kinds=plan.kinds,
        note=plan.note,
        next_at=row.next_at,
        is_now=is_now,
        zone=zone.key,
    )
