"""Occurrences as iCalendar (RFC 5545) that other calendars read and that reveals nothing to a passer-by."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from uuid import UUID
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard

PLAIN_TITLE = "Plans"
KEPT_AFTER = timedelta(days=30)


@dataclass(frozen=True)
class Entry:
    """An occurrence in a member's calendar. `status` is CONFIRMED, TENTATIVE or CANCELLED; `sequence` rises with
    changes.
    """

    uid: UUID
    sequence: int
    status: str
    title: str
    place: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    changed_at: datetime


def to_ics(entries: Collection[Entry]) -> bytes:
    """Return a calendar with these entries. The same entries give the same bytes."""
    calendar = Calendar()
    calendar.add("prodid", f"-//{PLAIN_TITLE}//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", PLAIN_TITLE)
    calendar.add("x-published-ttl", "PT1H")
    for zone in sorted({entry.zone for entry in entries}):
        years = [entry.starts_at.year for entry in entries if entry.zone == zone]
        calendar.add_component(_timezone(zone, min(years) - 1, max(years) + 1))
    for entry in sorted(entries, key=lambda one: (one.starts_at, str(one.uid))):
        calendar.add_component(_event(entry))
    text: bytes = calendar.to_ical()
    return text


def _event(entry: Entry) -> Event:
    there = ZoneInfo(entry.zone)
    event = Event()
    event.add("uid", str(entry.uid))
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.changed_at.replace(microsecond=0))
    event.add("last-modified", entry.changed_at.replace(microsecond=0))
    event.add("dtstart", _plain(entry.starts_at, there))
    event.add("dtend", _plain(entry.ends_at, there))
    event.add("summary", entry.title)
    if entry.place:
        event.add("location", entry.place)
    event.add("status", entry.status)
    event.add("class", "PRIVATE")
    event.add("transp", "OPAQUE" if entry.status == "CONFIRMED" else "TRANSPARENT")
    return event


def _plain(moment: datetime, there: ZoneInfo) -> datetime:
    """Return a moment as local time, or as UTC where the clock shows it twice, which programs read in two ways."""
    local = moment.astimezone(there)
    comes_twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return moment.astimezone(UTC) if comes_twice else local


@lru_cache(maxsize=64)
def _timezone(zone: str, first_year: int, last_year: int) -> Timezone:
    """Return a zone's clock changes in these years.

    Built here because icalendar (7.3) begins summer time an hour late.
    """
    there = ZoneInfo(zone)
    made = Timezone()
    made.add("tzid", zone)
    moment = datetime(first_year, 1, 1, tzinfo=UTC)
    made.add_component(_observance(there, moment, moment))
    while moment.year <= last_year:
        following = moment + timedelta(days=1)
        if moment.astimezone(there).utcoffset() != following.astimezone(there).utcoffset():
            made.add_component(_observance(there, moment, _change_between(there, moment, following)))
        moment = following
    return made


def _change_between(there: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """Return the minute between two moments at which the clocks change."""
    old = before.astimezone(there).utcoffset()
    while after - before > timedelta(minutes=1):
        middle = before + ((after - before) / 2).total_seconds() // 60 * timedelta(minutes=1)
        middle = max(middle, before + timedelta(minutes=1)) if middle == before else middle
        before, after = (middle, after) if middle.astimezone(there).utcoffset() == old else (before, middle)
    return after


def _observance(there: ZoneInfo, before: datetime, at: datetime) -> TimezoneStandard | TimezoneDaylight:
    local = at.astimezone(there)
    old, new = before.astimezone(there).utcoffset() or timedelta(0), local.utcoffset() or timedelta(0)
    made = TimezoneDaylight() if local.dst() else TimezoneStandard()
    made.add("dtstart", (at + old).replace(tzinfo=None))
    made.add("tzoffsetfrom", old)
    made.add("tzoffsetto", new)
    made.add("tzname", local.tzname() or "")
    return made
