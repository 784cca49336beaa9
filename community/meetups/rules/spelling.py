"""How an RRULE is spelled: what each part may hold, and what is said of one that is wrong."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

MOST_DATES = 200
FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_STAMP = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})?(Z)?)?")
# What each part may hold: the smallest and largest number (the same below zero where there is a sign), and with which
# frequencies it makes sense.
_NUMBERS: Mapping[str, tuple[int, int, bool, tuple[str, ...]]] = {
    "BYMONTH": (1, 12, False, FREQUENCIES),
    "BYMONTHDAY": (1, 31, True, ("DAILY", "MONTHLY", "YEARLY")),
    "BYYEARDAY": (1, 366, True, ("YEARLY",)),
    "BYWEEKNO": (1, 53, True, ("YEARLY",)),
    "BYSETPOS": (1, 366, True, FREQUENCIES),
    "BYHOUR": (0, 23, False, FREQUENCIES),
    "BYMINUTE": (0, 59, False, FREQUENCIES),
}


class WrongRule(ValueError):
    """A rule that cannot be followed; the message says what is wrong with it, for who wrote it."""


def checked(text: str, zone: str) -> str:
    """The rule in capitals, its UNTIL in wall time. Raises WrongRule."""
    parts: dict[str, str] = {}
    for part in filter(None, text.upper().replace(" ", "").split(";")):
        name, equals, value = part.partition("=")
        if not equals or not value:
            raise WrongRule(f"“{part}” is not a part such as FREQ=WEEKLY.")
        if name in parts:
            raise WrongRule(f"{name} stands there twice.")
        parts[name] = value
    frequency = parts.get("FREQ", "")
    if frequency not in FREQUENCIES:
        raise WrongRule("FREQ has to be DAILY, WEEKLY, MONTHLY or YEARLY.")
    if {"COUNT", "UNTIL"} <= parts.keys():
        raise WrongRule("Give COUNT or UNTIL, not both.")
    for name, value in parts.items():
        _check_part(name, value, frequency)
    if "BYSETPOS" in parts and not any(name.startswith("BY") and name != "BYSETPOS" for name in parts):
        raise WrongRule("BYSETPOS needs another BY… part to choose from.")
    if "UNTIL" in parts:
        parts["UNTIL"] = wall_time(parts["UNTIL"], zone, day_means=time(23, 59, 59)).strftime("%Y%m%dT%H%M%S")
    return ";".join(f"{name}={value}" for name, value in parts.items())


def _check_part(name: str, value: str, frequency: str) -> None:
    if name in ("FREQ", "UNTIL"):
        return
    if name == "WKST":
        if value not in WEEKDAYS:
            raise WrongRule("WKST has to be a day such as MO.")
    elif name == "BYDAY":
        _check_days(value, frequency)
    elif name in ("INTERVAL", "COUNT"):
        most = 400 if name == "INTERVAL" else MOST_DATES
        if not value.isdecimal() or not 1 <= int(value) <= most:
            raise WrongRule(f"{name} has to be a number from 1 to {most}.")
    elif name in _NUMBERS:
        _check_numbers(name, value, frequency)
    else:
        raise WrongRule(f"{name} is not understood here.")


def _check_days(value: str, frequency: str) -> None:
    for day in value.split(","):
        found = _DAY.fullmatch(day)
        if not found:
            raise WrongRule(f"BYDAY: “{day}” is not a day such as TH or -1FR.")
        if found[1] and (frequency not in ("MONTHLY", "YEARLY") or not 1 <= abs(int(found[1])) <= 53):
            raise WrongRule(f"BYDAY: “{day}” counts weekdays, which only months and years have.")


def _check_numbers(name: str, value: str, frequency: str) -> None:
    least, most, signed, frequencies = _NUMBERS[name]
    if frequency not in frequencies:
        raise WrongRule(f"{name} does not go with FREQ={frequency}.")
    for number in value.split(","):
        digits = number.lstrip("+-") if signed else number
        if not digits.isdecimal() or len(number) > len(digits) + 1 or not least <= int(digits) <= most:
            raise WrongRule(f"{name}: “{number}” is not a number from {least} to {most}.")


def wall_time(text: str, zone: str, *, day_means: time) -> datetime:
    """A DATE or DATE-TIME as wall time in the zone; a day alone means this time of it. Raises WrongRule."""
    found = _STAMP.fullmatch(text.strip())
    try:
        if not found:
            raise ValueError
        year, month, day, hour, minute, second, is_utc = found.groups()
        if hour is None:
            return datetime.combine(date(int(year), int(month), int(day)), day_means)
        moment = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second or 0))  # noqa: DTZ001 - wall time
        if is_utc:
            moment = moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    except (ValueError, OverflowError) as error:
        raise WrongRule(f"“{text}” is not a date such as 20261126 or 20261126T190000.") from error
    return moment
