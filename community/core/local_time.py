"""Local clock times as moments: clocks skip some times, show others twice, and count days by their own zone."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MAX_DAYS_AHEAD = 62  # every weekday and every day of a month comes within two months


def to_utc(local: datetime, zone: ZoneInfo | str) -> datetime:
    """Return the moment of a local time in UTC. A time that the clock skips moves forward, of two it is the first."""
    return local.replace(tzinfo=_zone(zone), fold=0).astimezone(UTC)


def moment_on(day: date, clock: time, zone: ZoneInfo | str) -> datetime:
    """Return the moment of a clock time on a day, as `to_utc` does."""
    return to_utc(datetime.combine(day, clock), zone)


def possible_moments(local: datetime, zone: ZoneInfo | str) -> tuple[datetime, datetime]:
    """Return the earliest and the latest moment that a local time could mean; they differ when clocks change then."""
    first, second = sorted(local.replace(tzinfo=_zone(zone), fold=fold).astimezone(UTC) for fold in (0, 1))
    return first, second


def to_local(moment: datetime, zone: ZoneInfo | str) -> datetime:
    """Return what a clock in the zone shows at a moment, without a zone."""
    return moment.astimezone(_zone(zone)).replace(tzinfo=None)


def next_moment(
    after: datetime, *, clock: time, zone: ZoneInfo | str, on: Callable[[date], bool] = lambda day: True
) -> datetime:
    """Return the first moment after another at which the clock shows a time, on a day for which `on` holds.

    Raises ValueError when no day within MAX_DAYS_AHEAD is such a day.
    """
    first = to_local(after, zone).date()
    for ahead in range(MAX_DAYS_AHEAD):
        day = first + timedelta(days=ahead)
        if on(day) and (moment := moment_on(day, clock, zone)) > after:
            return moment
    raise ValueError("No such day within two months.")


def _zone(zone: ZoneInfo | str) -> ZoneInfo:
    return ZoneInfo(zone) if isinstance(zone, str) else zone
