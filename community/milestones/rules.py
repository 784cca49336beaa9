"""Progress of a milestone: days, days as intended, and the longest run. A lapse takes none of the days back."""

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID

KINDS = ("without", "less", "steady", "own")
MAX_DAYS_SINCE = timedelta(days=365 * 60)
# Counted in days since the start. A mark that was reached stays reached whatever comes after.
MARKS = (
    (1, "One day"),
    (7, "One week"),
    (14, "Two weeks"),
    (30, "30 days"),
    (60, "60 days"),
    (90, "90 days"),
    (182, "Half a year"),
    (273, "Nine months"),
)
YEAR = 365


@dataclass(frozen=True)
class MilestoneDetails:
    """The title and start of a milestone, and for `less` the allowed days a week."""

    title: str
    since: date
    per_week: int | None = None

    def as_text(self) -> str:
        """Return the details as the text that is encrypted."""
        return json.dumps({**asdict(self), "since": self.since.isoformat()}, ensure_ascii=False)


@dataclass(frozen=True)
class LapseDetails:
    """The day of a lapse, a note, and its milestone. Without one it applies to all of kind `without` or `less`."""

    on: date
    note: str = ""
    milestone_id: UUID | None = None

    def as_text(self) -> str:
        """Return the details as the text that is encrypted."""
        about = str(self.milestone_id) if self.milestone_id else None
        return json.dumps({"on": self.on.isoformat(), "note": self.note, "milestone_id": about}, ensure_ascii=False)


@dataclass(frozen=True)
class Mark:
    """A day worth noticing, and its date."""

    name: str
    on: date


@dataclass(frozen=True)
class Progress:
    """The days since the start, which only grow, how many of them were as intended, and the longest run of those.

    For `less`, `weeks_kept` of the `weeks` that are over were within the allowed days. `today` is the mark of this day.
    """

    days: int
    total: int
    longest: int
    weeks: int
    weeks_kept: int
    reached: tuple[Mark, ...]
    coming: Mark
    today: Mark | None = None


def decode_milestone(text: str) -> MilestoneDetails:
    """Return the milestone details that a decrypted text holds."""
    fields = json.loads(text)
    return MilestoneDetails(fields["title"], date.fromisoformat(fields["since"]), fields["per_week"])


def decode_lapse(text: str) -> LapseDetails:
    """Return the lapse details that a decrypted text holds."""
    fields = json.loads(text)
    return LapseDetails(
        date.fromisoformat(fields["on"]),
        fields["note"],
        UUID(fields["milestone_id"]) if fields["milestone_id"] else None,
    )


def applies_to(lapse: LapseDetails, *, milestone_id: UUID, kind: str) -> bool:
    """Return whether a lapse applies to this milestone. Without a named one it does for kinds `without` and `less`."""
    if lapse.milestone_id is not None:
        return lapse.milestone_id == milestone_id
    return kind in ("without", "less")


def count_progress(details: MilestoneDetails, dates: Collection[date], *, today: date) -> Progress:
    """Return the progress of a milestone. The present day counts when it is over."""
    since = details.since
    days = max(0, (today - since).days)
    lapse_days = {day for day in dates if since <= day < today}
    weeks = days // 7
    allowed = details.per_week or 0
    weeks_kept = sum(
        sum(since + timedelta(days=7 * week + one) in lapse_days for one in range(7)) <= allowed
        for week in range(weeks)
    )
    reached, coming = marks(since, days)
    return Progress(
        days,
        days - len(lapse_days),
        _max_run(since, days, lapse_days),
        weeks,
        weeks_kept,
        reached,
        coming,
        today=reached[-1] if reached and reached[-1].on == today else None,
    )


def marks(since: date, days: int) -> tuple[tuple[Mark, ...], Mark]:
    """Return the marks that were reached after so many days, and the next one."""
    every = [*MARKS, *((YEAR * year, _years_text(year)) for year in range(1, days // YEAR + 2))]
    reached = tuple(Mark(name, since + timedelta(days=after)) for after, name in every if after <= days)
    after, name = next(one for one in every if one[0] > days)
    return reached, Mark(name, since + timedelta(days=after))


def _years_text(count: int) -> str:
    return "One year" if count == 1 else f"{count} years"


def _max_run(since: date, days: int, lapse_days: set[date]) -> int:
    stops = [since - timedelta(days=1), *sorted(lapse_days), since + timedelta(days=days)]
    return max(((after - before).days - 1 for before, after in pairwise(stops)), default=0)
