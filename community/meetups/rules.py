"""Seats, states and times, without a database."""

from datetime import UTC, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo


class Answer(StrEnum):
    """What a member may answer."""

    GOING = "going"
    MAYBE = "maybe"
    DECLINED = "declined"


def seats_left(*, capacity: int | None, going: int) -> int | None:
    """How many seats are free; nothing when there is no limit."""
    return None if capacity is None else max(0, capacity - going)


def state_after(answer: Answer, *, before: str | None, left: int | None) -> str:
    """The state an answer leads to. Who has a seat or a place in line keeps it when they say "going" again."""
    if answer is not Answer.GOING:
        return answer.value
    if before in ("going", "waitlisted"):
        return before
    return "waitlisted" if left == 0 else "going"


def utc_of(local: datetime, zone: str) -> datetime:
    """The moment of a wall-clock time: one that the clocks skip moves forward, one that comes twice is the first."""
    aware = local.replace(tzinfo=ZoneInfo(zone), fold=0)
    return aware.astimezone(UTC)


def was_shifted(local: datetime, zone: str) -> bool:
    """Whether the clocks skip this wall-clock time, so that it was moved forward."""
    return utc_of(local, zone).astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local
