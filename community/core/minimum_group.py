"""Figures that may be shown: from enough people, and rounded to actual values."""

from collections.abc import Sequence

MIN_GROUP_SIZE = 11  # figures of fewer people are not shown: they could identify a person


def at_share(ordered: Sequence[float], share: float) -> float | None:
    """Return the value that this share of an ascending sequence does not exceed; None for an empty one."""
    if not ordered:
        return None
    return ordered[min(len(ordered) - 1, max(0, int(len(ordered) * share + 0.999999) - 1))]
