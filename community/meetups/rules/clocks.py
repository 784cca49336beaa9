"""Clock by which a meetup's times are shown: the place's for meetings in person, the member's for online ones."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from community.meetups.rules.rrule_text import zone_text


@dataclass(frozen=True)
class Clock:
    """A time zone, and its name where the member's own clock shows another time then; else `name` is empty."""

    zone: str
    name: str


def clock_of(kind: str, *, starts_at: datetime, there: str, here: str) -> Clock:
    """Return the clock of an occurrence of this kind. `there` is the meetup's zone and `here` the member's."""
    if kind == "online":
        return Clock(here, "")
    is_same = starts_at.astimezone(ZoneInfo(there)).utcoffset() == starts_at.astimezone(ZoneInfo(here)).utcoffset()
    return Clock(there, "" if is_same else zone_text(there))
