"""Trends in the last weeks of a member's own check-ins: points of a chart, and a summary in plain sentences."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from community.check_ins.rules.check_ins import MOODS, Answers

HISTORY_WEEKS = 6
MIN_TO_COMPARE = 3
MIN_DIFFERENCE = 1.0  # how far two means of the pull are apart before it is said


@dataclass(frozen=True)
class ChartPoint:
    """A day on the chart: its position from 0 (six weeks ago) to 1 (today), and its mood from 1 to 5."""

    along: float
    mood: int


def chart_points(days: Sequence[tuple[date, Answers]], *, today: date) -> tuple[ChartPoint, ...]:
    """Return the moods of the last weeks, oldest first. The last check-in of a day counts."""
    by_day = {day: answers.mood for day, answers in sorted(days, key=lambda one: one[0]) if answers.mood}
    span = HISTORY_WEEKS * 7
    return tuple(
        ChartPoint(round(1 - (today - day).days / span, 4), mood)
        for day, mood in by_day.items()
        if 0 <= (today - day).days <= span
    )


def summarize(days: Sequence[tuple[date, Answers]], *, today: date) -> tuple[str, ...]:
    """Return a summary of the last weeks in a few plain sentences, without a verdict or a countdown."""
    recent = [answers for day, answers in days if (today - day).days < 14]
    before = [answers for day, answers in days if 14 <= (today - day).days < HISTORY_WEEKS * 7]
    if not recent and not before:
        return ()
    sentences = [_frequency_text(len(recent))]
    moods = [one.mood for one in recent if one.mood]
    if len(moods) >= MIN_TO_COMPARE:
        middle = sorted(moods)[len(moods) // 2]
        sentences.append(f"A usual day was {MOODS[middle - 1]}.")
    pull = _comparison_text([one.craving for one in recent], [one.craving for one in before])
    if pull is not None:
        sentences.append(f"The pull was {pull} in the weeks before.")
    return tuple(sentences)


def _frequency_text(count: int) -> str:
    if not count:
        return "In the last two weeks you took a rest from this. That is fine."
    return f"In the last two weeks you looked at {'one day' if count == 1 else f'{count} days'}."


def _comparison_text(recent: Sequence[int | None], before: Sequence[int | None]) -> str | None:
    one, other = ([number for number in side if number is not None] for side in (recent, before))
    if min(len(one), len(other)) < MIN_TO_COMPARE:
        return None
    difference = sum(one) / len(one) - sum(other) / len(other)
    if abs(difference) < MIN_DIFFERENCE:
        return "about as strong as"
    return "stronger than" if difference > 0 else "weaker than"
