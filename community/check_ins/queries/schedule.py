"""Check-in schedule of the actor."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from community.check_ins import access
from community.check_ins.rules import schedule as rules
from community.core.unit_of_work import ReadContext
from community.notifications.preferences.delivery_preferences import load_preferences

DEFAULT_WEEKDAY = 6  # Sunday, before a member has chosen


@dataclass(frozen=True)
class CheckInScheduleView:
    """A schedule by the clock of `zone`. `next_at` is the next time."""

    every: str
    weekday: int
    at: str
    notify_buddy: bool
    next_at: datetime | None
    zone: str


def member_time_zone(ctx: ReadContext, member_id: UUID) -> ZoneInfo:
    """Return the time zone of a member's notification preferences."""
    return load_preferences(ctx.session, [member_id])[member_id].zone


def my_schedule(ctx: ReadContext) -> CheckInScheduleView:
    """Return the actor's schedule, or the default before they have one."""
    zone = member_time_zone(ctx, ctx.actor.id)
    row = access.own_schedule(ctx)
    if row is None:
        return CheckInScheduleView(
            "week", DEFAULT_WEEKDAY, rules.DEFAULT_AT, notify_buddy=False, next_at=None, zone=zone.key
        )
    return CheckInScheduleView(
        row.interval, row.anchor_date.weekday(), row.local_time, row.notify_buddy, row.next_at, zone.key
    )


def is_check_in_due(ctx: ReadContext) -> bool:
    """Return whether the actor's last scheduled check-in is still unanswered."""
    row = access.own_schedule(ctx)
    if row is None or row.interval == rules.NEVER:
        return False
    zone = member_time_zone(ctx, ctx.actor.id)
    last = rules.last_due(row.interval, anchor=row.anchor_date, at=row.local_time, zone=zone, now=ctx.now)
    return rules.is_unanswered(last, every=row.interval, answered_at=row.answered_at, zone=zone)


def has_schedule(ctx: ReadContext) -> bool:
    """Return whether the actor has ever checked in, skipped a day, or chosen a schedule."""
    return access.own_schedule(ctx) is not None
