"""The first seven days: what belongs to them, and whose turn it is to welcome."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

LASTS = timedelta(days=7)
SHOWS = timedelta(days=14)
HELLO_WITHIN = timedelta(hours=24)
DOOR_BEFORE = timedelta(hours=24)
LATELY = timedelta(days=14)
KINDS = ("hello", "room", "buddy", "door")


def whose_turn(willing: Sequence[UUID], lately: Mapping[UUID, int]) -> UUID | None:
    """Who welcomes the next one: whoever welcomed the fewest lately, the first of those in the order given."""
    return min(willing, key=lambda one: lately.get(one, 0), default=None)
