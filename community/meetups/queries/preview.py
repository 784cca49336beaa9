"""Preview of a rule before it is posted: in words, with its next dates and notes on clock changes."""

from dataclasses import dataclass
from datetime import datetime

from community.core.local_time import to_utc
from community.core.permissions import Permission
from community.core.text import clock_text
from community.core.unit_of_work import ReadContext
from community.meetups.rules import rrule_text
from community.meetups.rules.recurrence import Recurrence, requested, wall_times

SHOWN = 6


@dataclass(frozen=True)
class PreviewOccurrence:
    """A date that a rule gives. `note` is on clock changes; `is_skipped`: the rule leaves it out."""

    starts_at_local: datetime
    starts_at: datetime
    note: str
    is_skipped: bool = False


@dataclass(frozen=True)
class Preview:
    """A rule in words with its next dates. `note` tells when the clocks change among them."""

    recurrence_text: str
    dates: tuple[PreviewOccurrence, ...]
    note: str


def preview_occurrences(
    ctx: ReadContext, *, starts_at_local: datetime, time_zone: str, recurrence: str | None = None
) -> Preview:
    """Return what would be posted, for members who may post. Raises Forbidden, ValidationFailed for a wrong rule."""
    _ = ctx.permitted(Permission.RUN_MEETUPS)
    repeats = requested(recurrence, first=starts_at_local, time_zone=time_zone)
    if repeats is None:
        said = f"Once, at {clock_text(starts_at_local)}, {rrule_text.zone_text(time_zone)}"
        return Preview(said, (_ahead(starts_at_local, time_zone),), "")
    everything = Recurrence(rule=repeats.rule, first=repeats.first, extra=repeats.extra)
    coming = wall_times(everything)
    shown = coming[: SHOWN + sum(one in coming[: SHOWN * 2] for one in repeats.skip)]
    change = rrule_text.clock_change(coming[:60], time_zone)
    note = (
        f"Clocks change on {change:%B} {change.day}. It still starts at {clock_text(repeats.first)}." if change else ""
    )
    dates = tuple(_ahead(one, time_zone, is_skipped=one in repeats.skip) for one in shown)
    return Preview(rrule_text.rule_text(repeats, time_zone), dates, note)


def _ahead(wall_time: datetime, zone: str, *, is_skipped: bool = False) -> PreviewOccurrence:
    return PreviewOccurrence(wall_time, to_utc(wall_time, zone), rrule_text.clock_note(wall_time, zone), is_skipped)
