"""Seats of an occurrence and the moments at which a free seat is given, offered or claimed."""

from datetime import datetime, timedelta
from enum import StrEnum

OFFERED_WITHIN = timedelta(hours=24)
CLAIMED_WITHIN = timedelta(minutes=30)
MAX_HOLD = timedelta(hours=2)
SMALL_SHIFT = timedelta(hours=2)
STILL_COMING_UNTIL = timedelta(hours=24)  # before the start
WEEKS_AHEAD = timedelta(weeks=26)
ROOM_KEPT = timedelta(days=7)  # after an occurrence: to thank, to ask for a lost umbrella
MAX_ROOM_NAME = 80


class Promotion(StrEnum):
    """A way for a free seat to reach the waitlist: given, offered, claimed by the first, or not at all."""

    GIVEN = "given"
    OFFERED = "offered"
    CLAIMED = "claimed"
    NONE = "none"


def promotion_at(now: datetime, *, starts_at: datetime) -> Promotion:
    """Return how free seats are promoted at this time before the start.

    The later it is, the less a member may be surprised by a seat: given until 24 hours before, offered until 30 minutes
    before, then left to the first who claims it.
    """
    left = starts_at - now
    if left <= timedelta(0):
        return Promotion.NONE
    if left <= CLAIMED_WITHIN:
        return Promotion.CLAIMED
    return Promotion.OFFERED if left < OFFERED_WITHIN else Promotion.GIVEN


def hold_until(now: datetime, *, starts_at: datetime) -> datetime:
    """Return the moment at which an offer made now lapses: after two hours, or half of the time that is left."""
    return now + min(MAX_HOLD, (starts_at - now) / 2)


def seats_left(*, capacity: int | None, going: int, held: int = 0) -> int | None:
    """Return the number of free seats, or None without a limit."""
    return None if capacity is None else max(0, capacity - going - held)


def needs_new_rsvp(before: datetime, after: datetime) -> bool:
    """Return whether attendees are asked again when an occurrence moves: to another day, or by over two hours."""
    return before.date() != after.date() or abs(after - before) > SMALL_SHIFT


def room_name(title: str) -> str:
    """Return the name of a meetup's room: its title, cut to the length that a room's name may have."""
    return title if len(title) <= MAX_ROOM_NAME else f"{title[: MAX_ROOM_NAME - 1].rstrip()}…"
