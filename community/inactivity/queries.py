"""Inactivity watch of the actor."""

from dataclasses import dataclass
from datetime import timedelta

from community.check_ins.queries.schedule import member_time_zone
from community.core.unit_of_work import ReadContext
from community.inactivity import access, rules
from community.inactivity.models import InactivityWatch


@dataclass(frozen=True)
class WatchView:
    """The actor's watch: who may be notified, and the days a week before and lately."""

    is_on: bool
    notify_buddy: bool
    notify_coordinator: bool
    is_quiet: bool
    before: float | None
    lately: float | None


def measure(ctx: ReadContext, watch: InactivityWatch) -> rules.Activity:
    """Return the present activity of a member with a watch, by their own days."""
    zone = member_time_zone(ctx, watch.member_id)
    today = ctx.now.astimezone(zone).date()
    baseline_age = timedelta(days=(today - watch.inactive_since).days) if watch.inactive_since else timedelta()
    times = access.activity_times(ctx, watch, since=ctx.now - rules.ACTIVITY_SPAN - baseline_age)
    days = {moment.astimezone(zone).date() for moment in times}
    return rules.measure_activity(days, today=today, inactive_since=watch.inactive_since)


def is_watched(ctx: ReadContext) -> bool:
    """Return whether the actor wants it noticed when they go quiet."""
    return access.own_watch(ctx) is not None


def my_watch(ctx: ReadContext) -> WatchView:
    """Return the actor's watch, with the present comparison."""
    row = access.own_watch(ctx)
    if row is None:
        return WatchView(False, False, False, False, None, None)
    activity = measure(ctx, row)
    return WatchView(
        True, row.notify_buddy, row.notify_coordinator, row.escalation_level > 0, activity.before, activity.lately
    )
