"""Quiet hours by the local clock, and the time at which a held notification is sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from community.core.local_time import possible_moments

MAX_JITTER = timedelta(minutes=10)
NEWCOMER_PERIOD = timedelta(days=7)
NEWCOMER_PUSH_INTERVAL = timedelta(hours=24)
MAIL_DIGEST_DELAY = timedelta(minutes=15)
MIN_PUSH_INTERVAL = timedelta(minutes=5)
_LOOKAHEAD_DAYS = 9
_DAY = timedelta(days=1)


@dataclass(frozen=True, order=True)
class QuietWindow:
    """A window from `start` on a weekday (0 is Monday) until `end`, on the next day when `end` is not later.

    A window from a time to itself is a whole day. A weekday without a window starts no quiet hours.
    """

    weekday: int
    start: time
    end: time


@dataclass(frozen=True)
class Plan:
    """The time at which something is sent, or that it is too late. `held` says that quiet hours hold it back."""

    at: datetime
    held: bool = False
    too_late: bool = False


def quiet_until(moment: datetime, windows: Sequence[QuietWindow], zone: ZoneInfo) -> datetime | None:
    """Return when the quiet hours around a moment end, or None outside quiet hours. Adjacent windows count as one."""
    end = _end_around(moment, windows, zone)
    if end is None:
        return None
    while (later := _end_around(end, windows, zone)) is not None:
        if later - moment > timedelta(days=_LOOKAHEAD_DAYS):
            return None  # a week without a gap holds nothing back: it would never be sent
        end = later
    return end


def is_quiet_all_week(windows: Sequence[QuietWindow]) -> bool:
    """Return whether these windows leave no gap in a week, compared by their local times alone."""
    spans = []
    for one in windows:
        start = one.weekday * 1440 + _minute(one.start)
        length = (_minute(one.end) - _minute(one.start)) % 1440 or 1440
        spans += [(start + shift, start + shift + length) for shift in (-10_080, 0)]
    covered = 0
    for start, end in sorted(spans):
        if start > covered:
            return False
        covered = max(covered, end)
    return covered >= 10_080


def quiet_since(moment: datetime, windows: Sequence[QuietWindow], zone: ZoneInfo) -> datetime | None:
    """Return when the quiet hours around a moment began, or None outside quiet hours."""
    begins = _start_around(moment, windows, zone)
    if begins is None:
        return None
    for _ in range(_LOOKAHEAD_DAYS):
        earlier = _start_around(begins - timedelta(microseconds=1), windows, zone)
        if earlier is None:
            break
        begins = earlier
    return begins


def plan_send(
    wanted: datetime,
    *,
    now: datetime,
    windows: Sequence[QuietWindow],
    zone: ZoneInfo,
    seed: UUID,
    expires_at: datetime | None = None,
) -> Plan:
    """Return when something that is due at `wanted` is sent: then, or after quiet hours, never when it is worthless.

    What would be worthless after quiet hours is sent before they begin, if that is still to come. `seed` spreads what
    is released at one time over MAX_JITTER. Equal seeds get equal delays.
    """
    if expires_at is not None and max(wanted, now) >= expires_at:
        return Plan(max(wanted, now), too_late=True)
    end = quiet_until(max(wanted, now), windows, zone)
    if end is None:
        return Plan(wanted)
    if expires_at is None:
        return Plan(end + _jitter(seed, MAX_JITTER), held=True)
    if end < expires_at:
        return Plan(end + _jitter(seed, min(MAX_JITTER, (expires_at - end) / 2)), held=True)
    begins = quiet_since(max(wanted, now), windows, zone)
    if begins is not None and begins > now:
        return Plan(begins - timedelta(seconds=1))
    return Plan(end, too_late=True)


def next_at(moment: datetime, clock: time, zone: ZoneInfo) -> datetime:
    """Return the next moment at which the local clock shows this time."""
    local = moment.astimezone(zone)
    for days in range(3):
        candidate = _at(local.date() + days * _DAY, clock, zone, latest=False)
        if candidate > moment:
            return candidate
    raise AssertionError("a clock shows every time within two days")


def _end_around(moment: datetime, windows: Sequence[QuietWindow], zone: ZoneInfo) -> datetime | None:
    ends = [end for start, end in _spans(moment, windows, zone) if start <= moment < end]
    return max(ends, default=None)


def _start_around(moment: datetime, windows: Sequence[QuietWindow], zone: ZoneInfo) -> datetime | None:
    starts = [start for start, end in _spans(moment, windows, zone) if start <= moment < end]
    return min(starts, default=None)


def _spans(moment: datetime, windows: Sequence[QuietWindow], zone: ZoneInfo) -> list[tuple[datetime, datetime]]:
    """Return the windows that may contain a moment, as moments: those that begin on its local date or a day before."""
    today = moment.astimezone(zone).date()
    spans = []
    for day in (today - _DAY, today):
        for window in windows:
            if window.weekday == day.weekday():
                last = day if window.end > window.start else day + _DAY
                spans.append((_at(day, window.start, zone, latest=False), _at(last, window.end, zone, latest=True)))
    return spans


def _at(day: date, clock: time, zone: ZoneInfo, *, latest: bool) -> datetime:
    """Return a local time as a moment. For a time that the clock shows twice or skips, the wider window is meant."""
    first, last = possible_moments(datetime.combine(day, clock), zone)
    return last if latest else first


def _minute(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def jitter_seed(recipient: UUID, subject: UUID | None, *, otherwise: UUID) -> UUID:
    """Return the seed of a notification's delay: one for all that a member gets of a subject, to keep the order."""
    return UUID(int=recipient.int ^ subject.int) if subject else otherwise


def _jitter(seed: UUID, most: timedelta) -> timedelta:
    return most * ((seed.int & 0xFFFF_FFFF) / 0x1_0000_0000)
