"""Shifts: from a day and two clock times in a zone to moments, and what is left of a rota."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from community.core.local_time import possible_moments

MAX_WEEKS = 26
MAX_NOTES_LENGTH = 1_000
DRILL_EVERY = timedelta(days=7)
HANDOVER_NOTICE = timedelta(minutes=15)


@dataclass(frozen=True)
class Span:
    """From when to when."""

    starts_at: datetime
    ends_at: datetime


def weekly_spans(day: date, starts: time, ends: time, zone: str, *, weeks: int) -> list[Span]:
    """The same clock times in each of so many weeks; an end that is not later than the start is on the next day.

    The clock counts, not the hours: a night in which the clocks change is an hour shorter or longer, and no night
    begins at another time because of it. Where the clock shows a time twice or not at all, a shift begins at the
    earlier and ends at the later moment that could be meant: two that meet there leave no hour between them.
    """
    spans = []
    for week in range(weeks):
        first = day + timedelta(weeks=week)
        last = first if ends > starts else first + timedelta(days=1)
        earliest, _ = possible_moments(datetime.combine(first, starts), zone)
        _, latest = possible_moments(datetime.combine(last, ends), zone)
        spans.append(Span(earliest, latest))
    return [span for span in spans if span.ends_at > span.starts_at]


def gaps(spans: Sequence[Span], *, since: datetime, until: datetime) -> list[Span]:
    """When nobody is there between two moments."""
    found, covered = [], since
    for span in sorted(spans, key=lambda one: one.starts_at):
        if span.starts_at > covered:
            found.append(Span(covered, min(span.starts_at, until)))
        covered = max(covered, span.ends_at)
        if covered >= until:
            break
    if covered < until:
        found.append(Span(covered, until))
    return [gap for gap in found if gap.ends_at > gap.starts_at]
