"""Syntax of an RRULE: the values that each part may hold, and the errors for wrong ones."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from community.core.time_zones import zone_names

MAX_OCCURRENCES = 200
FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_STAMP = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})?(Z)?)?")
# The smallest and largest number of each part (the same below zero where it may be negative), and the frequencies with
# which it makes sense.
_NUMBERS: Mapping[str, tuple[int, int, bool, tuple[str, ...]]] = {
    "BYMONTH": (1, 12, False, FREQUENCIES),
    "BYMONTHDAY": (1, 31, True, ("DAILY", "MONTHLY", "YEARLY")),
    "BYYEARDAY": (1, 366, True, ("YEARLY",)),
    "BYWEEKNO": (1, 53, True, ("YEARLY",)),
    "BYSETPOS": (1, 366, True, FREQUENCIES),
    "BYHOUR": (0, 23, False, FREQUENCIES),
    "BYMINUTE": (0, 59, False, FREQUENCIES),
}
# How many values a list may have. One hour and one minute: a meetup starts at most once a day.
_MAX_VALUES: Mapping[str, int] = {
    "BYMONTH": 12,
    "BYMONTHDAY": 31,
    "BYYEARDAY": 366,
    "BYWEEKNO": 53,
    "BYSETPOS": 31,
    "BYHOUR": 1,
    "BYMINUTE": 1,
    "BYDAY": 35,
}
FIRST_YEAR, LAST_YEAR = 2000, 2100


class InvalidRule(ValueError):
    """A rule that cannot be followed. The message tells its author what is wrong."""


def checked(text: str, zone: str) -> str:
    """Return the rule in capitals with its UNTIL in wall time. Raises InvalidRule."""
    parts: dict[str, str] = {}
    for part in filter(None, text.upper().replace(" ", "").split(";")):
        name, equals, value = part.partition("=")
        if not equals or not value:
            raise InvalidRule(f"“{part}” isn’t a part such as FREQ=WEEKLY.")
        if name in parts:
            raise InvalidRule(f"{name} is there twice.")
        parts[name] = value
    frequency = parts.get("FREQ", "")
    if frequency not in FREQUENCIES:
        raise InvalidRule("FREQ must be DAILY, WEEKLY, MONTHLY or YEARLY.")
    if {"COUNT", "UNTIL"} <= parts.keys():
        raise InvalidRule("Give COUNT or UNTIL, not both.")
    for name, value in parts.items():
        _check_part(name, value, frequency)
    if "BYSETPOS" in parts and not any(name.startswith("BY") and name != "BYSETPOS" for name in parts):
        raise InvalidRule("BYSETPOS needs another BY… part, such as BYDAY.")
    if "UNTIL" in parts:
        parts["UNTIL"] = wall_time(parts["UNTIL"], zone, day_means=time(23, 59, 59)).strftime("%Y%m%dT%H%M%S")
    return ";".join(f"{name}={value}" for name, value in parts.items())


def _check_part(name: str, value: str, frequency: str) -> None:
    if name in ("FREQ", "UNTIL"):
        return
    max_count = _MAX_VALUES.get(name)
    if max_count is not None and value.count(",") >= max_count:
        raise InvalidRule(f"{name} takes at most {max_count} value{'s' if max_count > 1 else ''}.")
    if name == "WKST":
        if value not in WEEKDAYS:
            raise InvalidRule("WKST must be a day such as MO.")
    elif name == "BYDAY":
        _check_days(value, frequency)
    elif name in ("INTERVAL", "COUNT"):
        max_value = 400 if name == "INTERVAL" else MAX_OCCURRENCES
        if not value.isdecimal() or not 1 <= int(value) <= max_value:
            raise InvalidRule(f"{name} must be a number from 1 to {max_value}.")
    elif name in _NUMBERS:
        _check_numbers(name, value, frequency)
    else:
        raise InvalidRule(f"We don’t support {name}.")


def _check_days(value: str, frequency: str) -> None:
    for day in value.split(","):
        found = _DAY.fullmatch(day)
        if not found:
            raise InvalidRule(f"BYDAY: “{day}” isn’t a day such as TH or -1FR.")
        if found[1] and (frequency not in ("MONTHLY", "YEARLY") or not 1 <= abs(int(found[1])) <= 53):
            raise InvalidRule(f"BYDAY: “{day}” only works with MONTHLY or YEARLY.")


def _check_numbers(name: str, value: str, frequency: str) -> None:
    min_value, max_value, signed, frequencies = _NUMBERS[name]
    if frequency not in frequencies:
        raise InvalidRule(f"{name} can’t be used with FREQ={frequency}.")
    for number in value.split(","):
        digits = number.lstrip("+-") if signed else number
        if not digits.isdecimal() or len(number) > len(digits) + 1 or not min_value <= int(digits) <= max_value:
            raise InvalidRule(f"{name}: “{number}” isn’t a number from {min_value} to {max_value}.")


def parse_times(values: str, head: str, zone: str, *, day_means: time) -> list[datetime]:
    """Return the dates of an EXDATE or RDATE line as wall times in `zone`. Raises InvalidRule.

    `head` is the text before the colon. TZID names the zone of the values (RFC 5545 section 3.2.19), whose moments are
    converted to the wall time of `zone`. A day without a time is a day of `zone`.
    """
    name, *parameters = head.split(";")
    theirs = zone
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.upper() == "TZID":
            theirs = value.strip('"')
        elif key.upper() != "VALUE" and not key.upper().startswith("X-"):
            raise InvalidRule(f"{name}: we don’t support {key}.")
    if theirs not in zone_names():
        raise InvalidRule(f"{name}: “{theirs[:60]}” isn’t a time zone such as America/Denver.")
    found = values.split(",")
    if len(found) > MAX_OCCURRENCES:
        raise InvalidRule(f"{name} has more than {MAX_OCCURRENCES} days.")
    return [_put_into(one, theirs, zone, day_means=day_means) for one in found]


def _put_into(text: str, theirs: str, zone: str, *, day_means: time) -> datetime:
    if theirs == zone or "T" not in text.upper():
        return wall_time(text, zone, day_means=day_means)
    there = wall_time(text, theirs, day_means=day_means).replace(tzinfo=ZoneInfo(theirs))
    return there.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def wall_time(text: str, zone: str, *, day_means: time) -> datetime:
    """Return a DATE or DATE-TIME as wall time in the zone. A day alone means `day_means` on it. Raises InvalidRule."""
    found = _STAMP.fullmatch(text.strip())
    try:
        if not found:
            raise ValueError
        year, month, day, hour, minute, second, is_utc = found.groups()
        if hour is None:
            hour, minute, second = str(day_means.hour), str(day_means.minute), str(day_means.second)
        moment = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second or 0))  # noqa: DTZ001 - wall time
        if is_utc:
            moment = moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            raise ValueError
    except (ValueError, OverflowError) as error:
        raise InvalidRule(
            f"“{text[:40]}” isn’t a date such as 20261126 or 20261126T190000, from {FIRST_YEAR} to {LAST_YEAR}."
        ) from error
    return moment
