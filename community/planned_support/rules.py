"""Hours that somebody plans for: when they come next, and whether it is one of them now."""

import json
from calendar import monthrange
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from community.check_ins.rules.recommendations import KINDS
from community.check_ins.rules.schedule import local_moment
from community.core.local_time import next_moment

OFFERS = KINDS
MAX_PLANNED_HOURS = 14


@dataclass(frozen=True)
class Hours:
    """A weekday (0 is Monday) or a day of the month, from a local time until another; over midnight if earlier."""

    weekday: int | None
    month_day: int | None
    begins: str
    ends: str

    def is_on(self, day: date) -> bool:
        """Whether they begin on this day. A day that a month lacks is its last."""
        if self.weekday is not None:
            return day.weekday() == self.weekday
        return day.day == min(self.month_day or 1, monthrange(day.year, day.month)[1])


@dataclass(frozen=True)
class Plan:
    """What somebody wants to have then: kinds of help in their order, and a word to themselves."""

    kinds: tuple[str, ...]
    words: str = ""

    def as_text(self) -> str:
        """As it is sealed."""
        return json.dumps(asdict(self), ensure_ascii=False)


def decode_plan(text: str) -> Plan:
    """The plan again."""
    kept = json.loads(text)
    return Plan(tuple(kept["kinds"]), kept["words"])


def schedule_key(hard_hour_id: object, version: int) -> str:
    """Under which key the next time is planned."""
    return f"hardhour:{hard_hour_id}:{version}"


def next_start(hours: Hours, *, zone: ZoneInfo, after: datetime) -> datetime:
    """The first time after a moment that they begin."""
    return next_moment(after, clock=time.fromisoformat(hours.begins), zone=zone, on=hours.is_on)


def end_of(hours: Hours, start: datetime, *, zone: ZoneInfo) -> datetime:
    """When hours end that began at a moment."""
    day = start.astimezone(zone).date()
    return local_moment(day + timedelta(days=0 if hours.ends > hours.begins else 1), hours.ends, zone)


def current_start(hours: Hours, *, zone: ZoneInfo, now: datetime) -> datetime | None:
    """When the hours began that it is now, if it is any."""
    today = now.astimezone(zone).date()
    for day in (today, today - timedelta(days=1)):
        start = local_moment(day, hours.begins, zone)
        if hours.is_on(day) and start <= now < end_of(hours, start, zone=zone):
            return start
    return None
