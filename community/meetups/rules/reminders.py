"""Reminders before an occurrence: the steps that are due, and the times that members may choose."""

from datetime import datetime, timedelta

REMINDERS = {2880: "2 days", 1440: "24 hours", 120: "2 hours", 60: "1 hour"}
REMINDED = (1440, 60)
DAY_BEFORE = 1440
LAST_MINUTES = 30
STEPS = (*REMINDERS, LAST_MINUTES)
LATE = timedelta(minutes=15)
ATTENDANCE_ASKED_AFTER = timedelta(hours=24)
UNCONFIRMED_BEFORE_PAUSE = 3
MISSED_BEFORE_TASK = 3
MARKED_FROM = timedelta(hours=1)


def next_step(*, starts_at: datetime, now: datetime, after: int | None = None) -> int | None:
    """Return the next minutes before the start at which a step is due, or None when all have passed.

    With `after`, the step that many minutes before the start is done, and a step that is a little late still counts.
    """
    since = now if after is None else now - LATE
    coming = [one for one in STEPS if starts_at - timedelta(minutes=one) > since and (after is None or one < after)]
    return coming[0] if coming else None


def is_late(*, starts_at: datetime, minutes: int, now: datetime) -> bool:
    """Return whether a reminder for this many minutes before the start would come too late to help."""
    return now - (starts_at - timedelta(minutes=minutes)) > LATE or now >= starts_at


def is_care_due(missed: int) -> bool:
    """Return whether a coordinator is asked to check on a member: after every third missed occurrence."""
    return missed > 0 and missed % MISSED_BEFORE_TASK == 0
