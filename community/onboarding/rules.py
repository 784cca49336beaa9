"""Rules of onboarding: its steps, its times, and the choice of a greeter."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

DURATION = timedelta(days=7)
SHOWN_FOR = timedelta(days=14)
GREET_WITHIN = timedelta(hours=24)
COMPANION_CHECK_BEFORE = timedelta(hours=24)
RECENT = timedelta(days=14)
STEPS = ("hello", "room", "buddy", "door")


def next_greeter(willing: Sequence[UUID], lately: Mapping[UUID, int]) -> UUID | None:
    """Return the member who greeted the fewest recently, the first of them in the given order."""
    return min(willing, key=lambda one: lately.get(one, 0), default=None)
