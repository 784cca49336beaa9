"""Trends in the last weeks of a member's own check-ins: points of a chart, and a summary in plain sentences."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from community.check_ins.rules.check_ins import MOODS, Answers

HISTORY_WEEKS = 6
MIN_TO_COMPARE = 3
MIN_DIFFERENCE = 1.0  # how far two means of the cravings are apart before it is said
# The chart's drawing area, in its own units: its width, left of it the labels, and the height of one step of the mood.
CHART_WIDTH, CHART_LEFT = 280, 52
CHART_BOTTOM, CHART_STEP = 120, 21


@dataclass(frozen=True)
class ChartPoint:
    """A mood from 1 to 5 on the chart, and where it is drawn."""

    x: float
    y: float
    mood: int

    @property
    def label(self) -> str:
        return MOODS[self.mood - 1]


CHART_LINES = tuple(ChartPoint(CHART_LEFT, CHART_BOTTOM - CHART_STEP * mood, mood) for mood in (1, 3, 5))


def chart_points(days: Sequence[tuple[date, Answers]], *, today: date) -> tuple[ChartPoint, ...]:
    """Return the moods of the last weeks, oldest first. The last check-in of a day counts."""
    by_day = {day: answers.mood for day, answers in sorted(days, key=lambda one: one[0]) if answers.mood}
    span = HISTORY_WEEKS * 7
    return tuple(
        ChartPoint(
            round(CHART_LEFT + CHART_WIDTH * (1 - (today - day).days / span), 1), CHART_BOTTOM - CHART_STEP * mood, mood
        )
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
        sentences.append(f"Most days were around “{MOODS[middle - 1]}”.")
    cravings = _comparison_text([one.craving for one in recent], [one.craving for one in before])
    if cravings is not None:
        sentences.append(f"Your cravings were {cravings} the weeks before.")
    return tuple(sentences)


def _frequency_text(count: int) -> str:
    if not count:
        return "You didn’t check in during the last two weeks. That’s okay."
    return f"You checked in {'once' if count == 1 else f'{count} times'} in the last two weeks."


def _comparison_text(recent: Sequence[int | None], before: Sequence[int | None]) -> str | None:
    one, other = ([number for number in side if number is not None] for side in (recent, before))
    if min(len(one), len(other)) < MIN_TO_COMPARE:
        return None
    difference = sum(one) / len(one) - sum(other) / len(other)
    if abs(difference) < MIN_DIFFERENCE:
        return "about the same as in"
    return "stronger than in" if difference > 0 else "weaker than in"
