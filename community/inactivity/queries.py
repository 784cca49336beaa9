"""Inactivity watch of the actor."""

from dataclasses import dataclass
from datetime import timedelta

from community.check_ins.queries.schedule import member_time_zone
from community.core.unit_of_work import ReadContext
from community.inactivity import access, rules


@dataclass(frozen=True)
class WatchView:
    """The actor's watch: who may be notified, and the days a week before and lately."""

    is_on: bool
    tells_buddy: bool
    tells_coordinator: bool
    is_quiet: bool
    before: float | None
    lately: float | None


def my_watch(ctx: ReadContext) -> WatchView:
    """Return the actor's watch, with the present comparison."""
    row = access.own_watch(ctx)
    if row is None:
        return WatchView(False, False, False, False, None, None)
    zone = member_time_zone(ctx, ctx.actor.id)
    today = ctx.now.astimezone(zone).date()
    back = rules.ACTIVITY_SPAN + (timedelta(days=(today - row.quiet_since).days) if row.quiet_since else timedelta())
    moments = access.activity_times(ctx, row, since=ctx.now - back)
    days = {one.astimezone(zone).date() for one in moments}
    seen = rules.measure_activity(days, today=today, quiet_since=row.quiet_since)
    return WatchView(True, row.tells_buddy, row.tells_coordinator, row.level > 0, seen.before, seen.lately)
