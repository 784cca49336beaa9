"""The form of a meetup: its flat fields in the schema's shape, and its choices as a rule."""

import re
from datetime import date, datetime
from itertools import islice
from typing import Any

from community.core.web.forms import Form
from community.meetups.rules.recurrence import rule_of_choices
from community.meetups.rules.rrule_parser import MAX_OCCURRENCES

REPEATS = [
    ("once", "Once only"),
    ("day", "Every day"),
    ("week", "Every week"),
    ("2_weeks", "Every 2 weeks"),
    ("3_weeks", "Every 3 weeks"),
    ("4_weeks", "Every 4 weeks"),
    ("month_weekday", "Every month, on the same weekday"),
    ("month_last", "Every month, on the last such weekday"),
    ("month_day", "Every month, on the same day"),
    ("rule", "Custom rule (RRULE)"),
]
ENDS = [("never", "Never"), ("count", "After a number of times"), ("until", "On a day")]
DAYS = [
    ("SU", "Sunday"),
    ("MO", "Monday"),
    ("TU", "Tuesday"),
    ("WE", "Wednesday"),
    ("TH", "Thursday"),
    ("FR", "Friday"),
    ("SA", "Saturday"),
]
LENGTHS = [
    ("30", "30 minutes"),
    ("45", "45 minutes"),
    ("60", "60 minutes"),
    ("90", "90 minutes"),
    ("120", "2 hours"),
    ("180", "3 hours"),
    ("240", "4 hours"),
]


def nested(form: Form) -> dict[str, Any]:
    """Return the form's fields in the schema's shape, without empty ones."""
    posted = form.values
    return {
        "title": posted.get("title", ""),
        "description": posted.get("description", ""),
        "duration_minutes": posted.get("duration_minutes", ""),
        "capacity": posted.get("capacity") or None,
        "has_room": bool(posted.get("has_room")),
        "place": {
            "kind": posted.get("kind", ""),
            "address": posted.get("address") or None,
            "url": posted.get("url") or None,
        },
        **when(form),
    }


def when(form: Form) -> dict[str, Any]:
    """Return the fields about time in the schema's shape."""
    return {
        "starts_at_local": f"{form.value('date')}T{form.value('time')}",
        "time_zone": form.value("time_zone"),
        "recurrence": rule_text(form),
    }


def rule_text(form: Form) -> str | None:
    """Return the chosen or written rule with the dates to skip; None for once."""
    first = _moment(f"{form.value('date')}T{form.value('time')}")
    repeats = form.value("repeats", "once")
    if first is None or repeats == "once":
        return None
    rule = form.value("rule").strip() or "FREQ=" if repeats == "rule" else _built(form, first)
    skipped = [moment.strftime("%Y%m%dT%H%M%S") for moment in map(_moment, skips(form)) if moment]
    return f"{rule}\nEXDATE:{','.join(skipped)}" if skipped else rule


def _built(form: Form, first: datetime) -> str:
    return rule_of_choices(
        repeats=form.value("repeats"),
        first=first,
        weekdays=many(form, "days"),
        ends=form.value("ends", "never"),
        count=int(form.value("count")) if re.fullmatch(r"[0-9]{1,4}", form.value("count")) else 0,
        until=_day(form.value("until")),
    )


def skips(form: Form) -> list[str]:
    """Return the skipped dates after the pressed button; at most MAX_OCCURRENCES + 1."""
    back = {*many(form, "keep")}
    kept = (one for one in dict.fromkeys([*many(form, "skips"), *many(form, "skip")]) if one not in back)
    return [*islice(kept, MAX_OCCURRENCES + 1)]


def many(form: Form, name: str) -> list[str]:
    """Return all values of a field."""
    value = form.values.get(name, [])
    return value if isinstance(value, list) else [value] if value else []


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.replace(tzinfo=None)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
