"""Rules of reports: how much of a room they show, deadlines, urgency, and how long evidence stays open."""

from datetime import datetime, timedelta

MESSAGES_BEFORE = 5
MESSAGES_AFTER = 5
OPEN_FOR = timedelta(hours=72)
ASK_AGAIN_AFTER = timedelta(minutes=5)
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
CATEGORY_NAMES = {
    "worry": "Worry",
    "danger": "Danger",
    "threats": "Threats",
    "harassment": "Harassment",
    "private": "Private information",
    "unwanted": "Spam or selling",
    "other": "Something else",
}
# Time within which a coordinator takes a report of each category. Those on shift hear of it first, all after this time.
FIRST_RESPONSE = {
    "worry": timedelta(minutes=30),
    "danger": timedelta(minutes=30),
    "threats": timedelta(hours=1),
    "harassment": timedelta(hours=4),
    "private": timedelta(hours=4),
    "unwanted": timedelta(hours=4),
    "other": timedelta(hours=4),
}
# Categories in which a life may be at risk: they ignore quiet hours, and the page of the case opens with care.
URGENT = ("worry", "danger")
SUBJECTS = ("message", "member", "meetup", "suggestion")
STATES = ("open", "triaged", "actioned", "dismissed", "appealed")
WAITING = ("open", "triaged")
SANCTIONS = ("warning", "mute", "room_ban", "suspension")
CODES = ("threats", "harassment", "private", "unwanted", "rules")


def due(category: str, *, now: datetime) -> datetime:
    """Return the deadline for the decision on what is reported now."""
    return now + CATEGORIES[category]


def first_response(category: str, *, now: datetime) -> datetime:
    """Return when all coordinators hear of what is reported now, unless one has taken it by then."""
    return now + FIRST_RESPONSE[category]


def first_response_after_report(before: datetime | None, category: str, *, now: datetime) -> datetime:
    """Return the deadline of the first response to a case that became more urgent: the sooner one, or a new one
    when the old one has passed.
    """
    fresh = first_response(category, now=now)
    return fresh if before is None or before <= now else min(before, fresh)


def is_more_urgent(category: str, *, than: str) -> bool:
    """Return whether a category must be decided sooner than another one, or is a worry where the other is none."""
    sooner = CATEGORIES[category] < CATEGORIES[than]
    return sooner or (category == "worry" != than)


def due_after_pause(due_at: datetime, *, paused_at: datetime, now: datetime) -> datetime:
    """Return the deadline after a pause: exactly as much time is left as there was when it began."""
    return due_at + (now - paused_at)


def outcome(state: str) -> str:
    """Return what a reporter may know of a case: `waiting`, `looked_at`, `acted_on` or `left`; nothing of appeals."""
    return {"open": "waiting", "triaged": "looked_at", "dismissed": "left"}.get(state, "acted_on")
