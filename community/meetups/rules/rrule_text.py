"""Text of a rule as people say it: "Every other Thursday at 7:00 pm, New York time, until June 25, 2027"."""

from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from community.core.local_time import possible_moments, to_local, to_utc
from community.core.text import clock_text, ordinal
from community.meetups.rules.recurrence import Recurrence, wall_times
from community.meetups.rules.rrule_parser import WEEKDAYS

NAMES = dict(zip(WEEKDAYS, ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), strict=True))
ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last", -2: "second to last"}
MONTHS = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)
OF_ITS_OWN = "On a custom schedule"


def rule_text(repeats: Recurrence, zone: str) -> str:
    """Return a rule with its time, zone and end in words."""
    text = f"{how_often(repeats)} at {clock_text(repeats.first)}, {zone_text(zone)}{_end(repeats)}"
    if repeats.extra:
        text += f", and on {_listed([_day(one) for one in repeats.extra[:3]])}"
    return text


def how_often(repeats: Recurrence) -> str:
    """Return the frequency in words, such as `Every other Thursday` or `On these dates`."""
    if not repeats.rule:
        return "On these dates"
    parts = repeats.parts
    frequency, step = parts["FREQ"], int(parts.get("INTERVAL", "1"))
    by = {name for name in parts if name.startswith("BY")}
    if frequency == "DAILY" and not by:
        return _every(step, "day")
    if frequency == "WEEKLY" and by <= {"BYDAY"}:
        return _weekly(parts.get("BYDAY", WEEKDAYS[repeats.first.weekday()]), step)
    if frequency == "MONTHLY" and by <= {"BYDAY"} | {"BYMONTHDAY"} and len(by) <= 1:
        return _monthly(parts, repeats.first, step)
    if frequency == "YEARLY" and not by:
        return f"{_every(step, 'year')} on {MONTHS[repeats.first.month - 1]} {repeats.first.day}"
    return OF_ITS_OWN


def zone_text(zone: str) -> str:
    """Return a zone such as `New York time`."""
    return f"{zone.rsplit('/', 1)[-1].replace('_', ' ')} time"


def clock_note(wall_time: datetime, zone: str) -> str:
    """Return a note on a wall time that the clocks skip or show twice; empty on every other day."""
    earliest, latest = possible_moments(wall_time, zone)
    if earliest == latest:
        return ""
    start = to_local(to_utc(wall_time, zone), zone)
    if start != wall_time:
        return f"Clocks skip {clock_text(wall_time)} that day. It starts at {clock_text(start)}."
    return f"{clock_text(wall_time)} happens twice that day. It starts the first time."


def clock_change(dates: list[datetime], zone: str) -> datetime | None:
    """Return the day on which the clocks change between the first and the last date, or None."""
    there = ZoneInfo(zone)
    for one, following in pairwise(dates):
        day = one
        while day < following and one.replace(tzinfo=there).utcoffset() != following.replace(tzinfo=there).utcoffset():
            day += timedelta(days=1)
            midnight = day.replace(hour=23, minute=59)
            if midnight.replace(tzinfo=there).utcoffset() != one.replace(tzinfo=there).utcoffset():
                return day
    return None


def _weekly(days: str, step: int) -> str:
    wanted = [day for day in WEEKDAYS if day in days.split(",")]
    if wanted == [*WEEKDAYS[:5]] and step == 1:
        return "Every weekday"
    if wanted == [*WEEKDAYS]:
        return _every(step, "week") + " on every day" if step > 1 else "Every day"
    names = _listed([NAMES[day] for day in wanted])
    return f"Every {step} weeks on {names}" if step > 2 else _every(step, names)


def _monthly(parts: dict[str, str], first: datetime, step: int) -> str:
    months = "every month" if step == 1 else _every(step, "month").lower()
    if "BYDAY" not in parts:
        days = [int(day) for day in parts.get("BYMONTHDAY", str(first.day)).split(",")]
        if any(day < 0 for day in days):
            return f"On the last day of {months}" if days == [-1] else OF_ITS_OWN
        return f"On the {_listed([ordinal(day) for day in days])} of {months}"
    days_of_month = parts["BYDAY"].split(",")
    if any(int(day[:-2] or 0) not in ORDINALS for day in days_of_month):
        return OF_ITS_OWN
    names = [f"{ORDINALS[int(day[:-2])]} {NAMES[day[-2:]]}" for day in days_of_month]
    return f"The {_listed(names)} of {months}"


def _end(repeats: Recurrence) -> str:
    parts = repeats.parts
    if "COUNT" in parts:
        return ", once" if parts["COUNT"] == "1" else f", {parts['COUNT']} times"
    if "UNTIL" in parts:
        last = _last(repeats)
        return f", until {_day(last)}" if last else ""
    return ""


@lru_cache(maxsize=1024)
def _last(repeats: Recurrence) -> datetime | None:
    """Return the last date of a rule that ends. Cached: a list of meetups asks for it for each rule each time."""
    return next(iter(reversed(wall_times(repeats))), None)


def _every(step: int, what: str) -> str:
    if step > 2:
        return f"Every {step} {what}s"
    return f"Every other {what}" if step == 2 else f"Every {what}"


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _day(moment: datetime) -> str:
    return f"{MONTHS[moment.month - 1]} {moment.day}, {moment.year}"
