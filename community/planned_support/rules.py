"""Times of planned support: the next start, the end, and the one that it is now."""

import json
from calendar import day_name, monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from community.check_ins.rules.recommendations import KINDS
from community.core.local_time import moment_on, next_moment
from community.core.text import clock_text

OFFERS = KINDS
MAX_PLANNED_HOURS = 14


@dataclass(frozen=True)
class Hours:
    """A weekday (0 is Monday) or day of the month, with a local start and end. An earlier end is on the next day."""

    weekday: int | None
    month_day: int | None
    begins: str
    ends: str

    @property
    def text(self) -> str:
        """Return the time in words: `Fridays, 5:00 pm to 8:00 pm`."""
        day = f"Day {self.month_day} of the month" if self.weekday is None else f"{day_name[self.weekday]}s"
        begins, ends = (clock_text(time.fromisoformat(at)) for at in (self.begins, self.ends))
        return f"{day}, {begins} to {ends}"

    def is_on(self, day: date) -> bool:
        """Return whether the time begins on this day. A day that a month lacks is its last."""
        if self.weekday is not None:
            return day.weekday() == self.weekday
        return day.day == min(self.month_day or 1, monthrange(day.year, day.month)[1])


@dataclass(frozen=True)
class Plan:
    """The kinds of help that a member wants to have, in their order, and a note to themselves."""

    kinds: tuple[str, ...]
    note: str = ""

    def as_text(self) -> str:
        """Return the plan as the text that is encrypted."""
        return json.dumps({"kinds": self.kinds, "words": self.note}, ensure_ascii=False)


def decode_plan(text: str) -> Plan:
    """Return the plan that a decrypted text holds."""
    kept = json.loads(text)
    return Plan(tuple(kept["kinds"]), kept["words"])


def schedule_key(hard_hour_id: object, version: int) -> str:
    """Return the outbox key of the next start."""
    return f"hardhour:{hard_hour_id}:{version}"


def next_start(hours: Hours, *, zone: ZoneInfo, after: datetime) -> datetime:
    """Return the first start after a moment."""
    return next_moment(after, clock=time.fromisoformat(hours.begins), zone=zone, on=hours.is_on)


def end_of(hours: Hours, start: datetime, *, zone: ZoneInfo) -> datetime:
    """Return the end of a time that began at a moment."""
    day = start.astimezone(zone).date() + timedelta(days=0 if hours.ends > hours.begins else 1)
    return moment_on(day, time.fromisoformat(hours.ends), zone)


def current_start(hours: Hours, *, zone: ZoneInfo, now: datetime) -> datetime | None:
    """Return when the time began that it is now, or None when it is not that time."""
    today = now.astimezone(zone).date()
    for day in (today, today - timedelta(days=1)):
        start = moment_on(day, time.fromisoformat(hours.begins), zone)
        if hours.is_on(day) and start <= now < end_of(hours, start, zone=zone):
            return start
    return None
