"""Times at which a member is asked to check in, by their own clock, and what follows when they do not answer."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from community.core import local_time

INTERVAL_DAYS = {"day": 1, "week": 7, "two_weeks": 14}
NEVER = "never"
FREQUENCIES = (*INTERVAL_DAYS, NEVER)
DEFAULT_AT = "19:00"
# After so many unanswered prompts in a row comes one nudge, and after so many, with consent, the buddy is notified.
NUDGE_AFTER = {"day": 3, "week": 1, "two_weeks": 1}
NOTIFY_BUDDY_AFTER = {"day": 5, "week": 2, "two_weeks": 2}
RECENT_ANSWER = timedelta(days=2)  # on longer schedules, after a check-in without a prompt
MAX_DELAY = timedelta(hours=8)

ASK = "ask"
NUDGE = "nudge"
NOTIFY_BUDDY = "tell"
NOTHING = ""


def schedule_key(member_id: object, version: int) -> str:
    """Return the outbox key of the next time."""
    return f"checkin:{member_id}:{version}"


def first_day(every: str, *, weekday: int, at: str, zone: ZoneInfo, now: datetime) -> date:
    """Return the next day of this weekday on which the time is still to come."""
    today = now.astimezone(zone).date()
    ahead = 0 if every == "day" else (weekday - today.weekday()) % 7
    first = today + timedelta(days=ahead)
    if local_moment(first, at, zone) > now:
        return first
    return first + timedelta(days=1 if every == "day" else 7)


def next_due(every: str, *, anchor: date, at: str, zone: ZoneInfo, after: datetime) -> datetime:
    """Return the first scheduled time after a moment. A time that the clock shows twice counts once, at the first."""
    step = INTERVAL_DAYS[every]
    day = after.astimezone(zone).date()
    count = max(0, (day - anchor).days // step)
    for one in (count, count + 1, count + 2):
        moment = local_moment(anchor + timedelta(days=one * step), at, zone)
        if moment > after:
            return moment
    raise AssertionError("the third one from here is always ahead")


def last_due(every: str, *, anchor: date, at: str, zone: ZoneInfo, now: datetime) -> datetime | None:
    """Return the last scheduled time until now, if there was one."""
    step = INTERVAL_DAYS[every]
    count = (now.astimezone(zone).date() - anchor).days // step
    for one in (count, count - 1):
        moment = local_moment(anchor + timedelta(days=one * step), at, zone)
        if one >= 0 and moment <= now:
            return moment
    return None


def is_unanswered(last: datetime | None, *, every: str, answered_at: datetime | None, zone: ZoneInfo) -> bool:
    """Return whether the last prompt has not been answered."""
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
    """Return what to do when a time has come, and the number of prompts missed in a row by now.

    A member who answered recently is not asked. After the one nudge nothing follows until they answer.
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
    """Return the moment after which a reminder is not sent any more."""
    return due_at + (timedelta(hours=20) if every == "day" else timedelta(days=3))


def local_moment(day: date, at: str, zone: ZoneInfo) -> datetime:
    """Return the moment of a local time on a day.

    Of two moments it is the first. A time that the clock skips is taken at the offset before the change.
    """
    return local_time.moment_on(day, time.fromisoformat(at), zone)


def _is_recent(every: str, answered_at: datetime, due_at: datetime, zone: ZoneInfo) -> bool:
    if every == "day":
        return answered_at.astimezone(zone).date() == due_at.astimezone(zone).date()
    return due_at - answered_at < RECENT_ANSWER
