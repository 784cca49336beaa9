"""A rule before it is posted: in words, its next dates, and what the clocks do to them."""

from dataclasses import dataclass
from datetime import datetime

from community.core.permissions import Permission
from community.core.unit_of_work import ReadContext
from community.meetups.rules import capacity, rrule_text
from community.meetups.rules.recurrence import Recurrence, asked_for, wall_times

SHOWN = 6


@dataclass(frozen=True)
class DateAhead:
    """A date that a rule gives. `note` says what the clocks do to its time; `is_skipped`: the rule leaves it out."""

    starts_at_local: datetime
    starts_at: datetime
    note: str
    is_skipped: bool = False


@dataclass(frozen=True)
class SeenAhead:
    """What a rule means. `note` says when the clocks change meanwhile."""

    words: str
    dates: tuple[DateAhead, ...]
    note: str


def preview_dates(
    ctx: ReadContext, *, starts_at_local: datetime, time_zone: str, recurrence: str | None = None
) -> SeenAhead:
    """Return what would be posted, for members who may post. Raises Forbidden, Invalid for a wrong rule."""
    _ = ctx.permitted(Permission.RUN_MEETUPS)
    repeats = asked_for(recurrence, first=starts_at_local, time_zone=time_zone)
    if repeats is None:
        said = f"Once, at {rrule_text.clock(starts_at_local)}, {rrule_text.zone_words(time_zone)}"
        return SeenAhead(said, (_ahead(starts_at_local, time_zone),), "")
    everything = Recurrence(rule=repeats.rule, first=repeats.first, extra=repeats.extra)
    coming = wall_times(everything)
    shown = coming[: SHOWN + sum(one in coming[: SHOWN * 2] for one in repeats.skip)]
    change = rrule_text.clock_change(coming[:60], time_zone)
    note = (
        f"Clocks change on {change:%B} {change.day}. It stays at {rrule_text.clock(repeats.first)}." if change else ""
    )
    dates = tuple(_ahead(one, time_zone, is_skipped=one in repeats.skip) for one in shown)
    return SeenAhead(rrule_text.in_words(repeats, time_zone), dates, note)


def _ahead(wall_time: datetime, zone: str, *, is_skipped: bool = False) -> DateAhead:
    return DateAhead(wall_time, capacity.utc_of(wall_time, zone), rrule_text.odd_clock(wall_time, zone), is_skipped)
