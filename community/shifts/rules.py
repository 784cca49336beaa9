"""Rules of shifts: moments of a local time, and gaps in a schedule."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from community.core.local_time import possible_moments

MAX_WEEKS = 26
MAX_NOTES_LENGTH = 1_000
HANDOVER_NOTICE = timedelta(minutes=15)


@dataclass(frozen=True)
class Span:
    """A span of time."""

    starts_at: datetime
    ends_at: datetime


def weekly_spans(day: date, starts: time, ends: time, zone: str, *, weeks: int) -> list[Span]:
    """Return a span with these clock times in each of `weeks` weeks. An end that is not later is on the next day.

    The clock counts, not the hours: a night in which the clocks change is an hour shorter or longer, and no shift
    starts at another time because of it. Where the clock shows a time twice or never, a shift starts at the earlier and
    ends at the later of the moments that could be meant. Two shifts that meet there leave no gap between them.
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
    """Return the gaps between these spans from `since` to `until`."""
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
