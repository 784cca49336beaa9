"""When somebody is asked how they are, by their own clock, and what follows when they say nothing."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from community.core import local_time

INTERVAL_DAYS = {"day": 1, "week": 7, "two_weeks": 14}
NEVER = "never"
FREQUENCIES = (*INTERVAL_DAYS, NEVER)
DEFAULT_AT = "19:00"
# After so many unanswered in a row comes one gentle word, and after so many, with consent, the buddy hears of it.
NUDGE_AFTER = {"day": 3, "week": 1, "two_weeks": 1}
NOTIFY_BUDDY_AFTER = {"day": 5, "week": 2, "two_weeks": 2}
RECENT_ANSWER = timedelta(days=2)  # by the longer rhythms, after a check-in of one's own accord
MAX_DELAY = timedelta(hours=8)

ASK = "ask"
NUDGE = "nudge"
NOTIFY_BUDDY = "tell"
NOTHING = ""


def schedule_key(member_id: object, version: int) -> str:
    """Under which key the next time is planned."""
    return f"checkin:{member_id}:{version}"


def first_day(every: str, *, weekday: int, at: str, zone: ZoneInfo, now: datetime) -> date:
    """The first day on which somebody is asked: the next one of this weekday on which the time is still to come."""
    today = now.astimezone(zone).date()
    ahead = 0 if every == "day" else (weekday - today.weekday()) % 7
    first = today + timedelta(days=ahead)
    if local_moment(first, at, zone) > now:
        return first
    return first + timedelta(days=1 if every == "day" else 7)


def next_due(every: str, *, anchor: date, at: str, zone: ZoneInfo, after: datetime) -> datetime:
    """The first time to ask after a moment. A time that the clock shows twice counts once, at its first."""
    step = INTERVAL_DAYS[every]
    day = after.astimezone(zone).date()
    count = max(0, (day - anchor).days // step)
    for one in (count, count + 1, count + 2):
        moment = local_moment(anchor + timedelta(days=one * step), at, zone)
        if moment > after:
            return moment
    raise AssertionError("the third one from here is always ahead")


def last_due(every: str, *, anchor: date, at: str, zone: ZoneInfo, now: datetime) -> datetime | None:
    """The last time to ask until now, if there was one."""
    step = INTERVAL_DAYS[every]
    count = (now.astimezone(zone).date() - anchor).days // step
    for one in (count, count - 1):
        moment = local_moment(anchor + timedelta(days=one * step), at, zone)
        if one >= 0 and moment <= now:
            return moment
    return None


def is_unanswered(last: datetime | None, *, every: str, answered_at: datetime | None, zone: ZoneInfo) -> bool:
    """Whether the question of the last time still stands."""
    if last is None:
        return False
    return answered_at is None or (answered_at < last and not _is_recent(every, answered_at, last, zone))


def next_prompt(
    every: str,
    *,
    due_at: datetime,
    asked_at: datetime | None,
    answered_at: datetime | None,
    missed: int,
    zone: ZoneInfo,
) -> tuple[str, int]:
    """What is done when the time has come, and how many were missed in a row by now.

    Whoever said something lately is left in peace. After the one gentle word nothing more comes until they are back.
    """
    if answered_at is not None and _is_recent(every, answered_at, due_at, zone):
        return NOTHING, 0
    if asked_at is None or (answered_at is not None and answered_at >= asked_at):
        return ASK, 0
    missed += 1
    if missed < NUDGE_AFTER[every]:
        return ASK, missed
    if missed == NUDGE_AFTER[every]:
        return NUDGE, missed
    return (NOTIFY_BUDDY if missed == NOTIFY_BUDDY_AFTER[every] else NOTHING), missed


def reminder_expires_at(every: str, due_at: datetime) -> datetime:
    """When a reminder has lost its sense."""
    return due_at + (timedelta(hours=20) if every == "day" else timedelta(days=3))


def local_moment(day: date, at: str, zone: ZoneInfo) -> datetime:
    """A local time on a day as a moment; of two the first, and one that the clock skips at the hour it would have."""
    return local_time.moment_on(day, time.fromisoformat(at), zone)


def _is_recent(every: str, answered_at: datetime, due_at: datetime, zone: ZoneInfo) -> bool:
    if every == "day":
        return answered_at.astimezone(zone).date() == due_at.astimezone(zone).date()
    return due_at - answered_at < RECENT_ANSWER
