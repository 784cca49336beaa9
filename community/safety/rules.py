"""Rules of reports: how much of a room they show, deadlines, urgency, and how long evidence stays open."""

from datetime import datetime, timedelta

MESSAGES_BEFORE = 5
MESSAGES_AFTER = 5
OPEN_FOR = timedelta(hours=72)
APPEAL_WITHIN = timedelta(days=30)

# Categories of reports, and the time within which each must be decided.
CATEGORIES = {
    "worry": timedelta(hours=1),
    "danger": timedelta(hours=1),
    "threats": timedelta(hours=4),
    "harassment": timedelta(hours=24),
    "private": timedelta(hours=24),
    "unwanted": timedelta(hours=48),
    "other": timedelta(hours=24),
}
SUBJECTS = ("message", "member", "meetup", "suggestion")
# Categories that go to the coordinators on shift first. Past the deadline, all coordinators hear of them.
ON_SHIFT_FIRST = ("worry",)
STATES = ("open", "triaged", "actioned", "dismissed", "appealed")
WAITING = ("open", "triaged")
SANCTIONS = ("warning", "mute", "room_ban", "suspension")
CODES = ("threats", "harassment", "private", "unwanted", "rules")


def due(category: str, *, now: datetime) -> datetime:
    """Return the deadline for the decision on what is reported now."""
    return now + CATEGORIES[category]


def is_more_urgent(category: str, *, than: str) -> bool:
    """Return whether a category must be decided sooner than another one, or is a worry where the other is none."""
    sooner = CATEGORIES[category] < CATEGORIES[than]
    return sooner or (category in ON_SHIFT_FIRST and than not in ON_SHIFT_FIRST)


def due_after_pause(due_at: datetime, *, paused_at: datetime, now: datetime) -> datetime:
    """Return the deadline after a pause: exactly as much time is left as there was when it began."""
    return due_at + (now - paused_at)


def outcome(state: str) -> str:
    """Return what a reporter may know of a case: `waiting`, `looked_at`, `acted_on` or `left`; nothing of appeals."""
    return {"open": "waiting", "triaged": "looked_at", "dismissed": "left"}.get(state, "acted_on")
