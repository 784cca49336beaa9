"""Rules of inactivity: a member's last weeks compared with their own weeks before."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

BASELINE_WEEKS = 6
RECENT_WEEKS = 2
ACTIVITY_SPAN = timedelta(weeks=BASELINE_WEEKS + RECENT_WEEKS)
MIN_DAYS_A_WEEK = 1.5  # with less than that, fewer days mean nothing
INACTIVE_SHARE = 0.4
MEMBER = 1
BUDDY = 2
COORDINATORS = 3
CHECK_INTERVAL = timedelta(days=7)


@dataclass(frozen=True)
class Activity:
    """Days a week with activity: in the six weeks before, and in the last two."""

    before: float
    lately: float

    @property
    def is_quiet(self) -> bool:
        """Return whether the last weeks had much less activity than usual."""
        return self.before >= MIN_DAYS_A_WEEK and self.lately <= self.before * INACTIVE_SHARE


def schedule_key(member_id: object, version: int) -> str:
    """Return the outbox key of the next check."""
    return f"quiet:{member_id}:{version}"


def measure_activity(days: Collection[date], *, today: date, inactive_since: date | None = None) -> Activity:
    """Return the activity to compare. Once inactivity was detected, the weeks before that remain the baseline."""
    lately_from = today - timedelta(weeks=RECENT_WEEKS)
    until = min(lately_from, inactive_since or lately_from)
    before = sum(until - timedelta(weeks=BASELINE_WEEKS) <= day < until for day in set(days))
    lately = sum(lately_from <= day < today for day in set(days))
    return Activity(round(before / BASELINE_WEEKS, 1), round(lately / RECENT_WEEKS, 1))


def next_level(level: int, *, is_quiet: bool, notify_buddy: bool, notify_coordinator: bool) -> int:
    """Return the level after a check: one more than before while inactivity goes on, 0 when it is over.

    Levels that the member does not allow are skipped.
    """
    if not is_quiet:
        return 0
    if level == 0:
        return MEMBER
    if level == MEMBER and notify_buddy:
        return BUDDY
    return COORDINATORS if notify_coordinator else level
