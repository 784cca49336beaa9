"""Bar charts of the coordinators' board, measured in the units of their picture."""

from collections.abc import Sequence
from dataclasses import dataclass

LEFT, RIGHT, BASE, HEIGHT = 30, 340, 170, 150
BAR_SHARE, MAX_BAR = 0.7, 40.0


@dataclass(frozen=True)
class Bar:
    """One bar, from its upper left corner."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class GridLine:
    """A line across the picture at a value."""

    y: float
    text_y: float
    value: int


@dataclass(frozen=True)
class BarChart:
    """A bar for each point (label, value), and lines at nothing, half and the top."""

    points: tuple[tuple[str, int], ...]
    bars: tuple[Bar, ...]
    lines: tuple[GridLine, ...]


def bar_chart(points: Sequence[tuple[str, int]]) -> BarChart:
    """Return the chart of these points, as wide as its picture."""
    top = max([1, *(value for _, value in points)])
    step = (RIGHT - LEFT) / max(1, len(points))
    bars = tuple(
        Bar(
            x=round(LEFT + step * number + step * (1 - BAR_SHARE) / 2, 1),
            y=round(BASE - HEIGHT * value / top, 1),
            width=round(min(step * BAR_SHARE, MAX_BAR), 1),
            height=round(HEIGHT * value / top, 1),
        )
        for number, (_, value) in enumerate(points)
    )
    lines = tuple(
        GridLine(y=BASE - HEIGHT * share, text_y=BASE + 4 - HEIGHT * share, value=round(top * share))
        for share in (0, 0.5, 1)
    )
    return BarChart(tuple(points), bars, lines)
