"""Seats, states and times, without a database."""

from datetime import datetime, timedelta
from enum import StrEnum

OFFERED_WITHIN = timedelta(hours=24)
CLAIMED_WITHIN = timedelta(minutes=30)
MAX_HOLD = timedelta(hours=2)
SMALL_SHIFT = timedelta(hours=2)
STILL_COMING_UNTIL = timedelta(hours=24)  # before the start
WEEKS_AHEAD = timedelta(weeks=26)
ROOM_KEPT = timedelta(days=7)  # after a date: to thank, to find the umbrella
MAX_ROOM_NAME = 80


class Promotion(StrEnum):
    """How a free seat finds the next in line: given, offered with a hold, left to the quickest, or not at all."""

    GIVEN = "given"
    OFFERED = "offered"
    CLAIMED = "claimed"
    NONE = "none"


def promotion_at(now: datetime, *, starts_at: datetime) -> Promotion:
    """How seats move so long before the start: the later it is, the less somebody may be surprised by one."""
    left = starts_at - now
    if left <= timedelta(0):
        return Promotion.NONE
    if left <= CLAIMED_WITHIN:
        return Promotion.CLAIMED
    return Promotion.OFFERED if left < OFFERED_WITHIN else Promotion.GIVEN


def hold_until(now: datetime, *, starts_at: datetime) -> datetime:
    """When an offer made now lapses: after two hours, or half of the time that is left."""
    return now + min(MAX_HOLD, (starts_at - now) / 2)


def seats_left(*, capacity: int | None, going: int, held: int = 0) -> int | None:
    """How many seats are free; nothing when there is no limit."""
    return None if capacity is None else max(0, capacity - going - held)


def needs_new_rsvp(before: datetime, after: datetime) -> bool:
    """Whether who said yes is asked anew when a date moves between these wall times: another day, or over 2 hours."""
    return before.date() != after.date() or abs(after - before) > SMALL_SHIFT


def room_name(title: str) -> str:
    """What a meetup's room is called: its title, cut where a room's name ends."""
    return title if len(title) <= MAX_ROOM_NAME else f"{title[: MAX_ROOM_NAME - 1].rstrip()}…"
