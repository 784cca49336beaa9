"""Groups of the to-do list: what to do now, today, and later."""

from datetime import datetime, timedelta

GROUPS = ("now", "today", "later")
NOW_WITHIN = timedelta(hours=1)
TODAY_WITHIN = timedelta(hours=24)
COUNTDOWN = timedelta(hours=2)
# A task without a deadline is ordered as if it were due so long after it came.
WAITS = {"now": timedelta(0), "today": TODAY_WITHIN, "later": timedelta(days=7)}


def group_of(due_at: datetime | None, kind_group: str, *, now: datetime) -> str:
    """Return the group of a task: by its deadline, or that of its kind when it has none."""
    if due_at is None:
        return kind_group
    if due_at <= now + NOW_WITHIN:
        return "now"
    return "today" if due_at <= now + TODAY_WITHIN else "later"


def minutes_left(due_at: datetime | None, *, now: datetime) -> int | None:
    """Return the whole minutes until a deadline within the next two hours, or None for any other."""
    if due_at is None or not now < due_at <= now + COUNTDOWN:
        return None
    return int((due_at - now) / timedelta(minutes=1))
