"""Rules of onboarding: its steps, its times, and the choice of a greeter."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

DURATION = timedelta(days=7)
SHOWN_FOR = timedelta(days=14)
GREET_WITHIN = timedelta(hours=24)
COMPANION_CHECK_BEFORE = timedelta(hours=24)
RECENT = timedelta(days=14)
FIRST_HOUR, LAST_HOUR = 8, 22
STEPS = ("hello", "room", "buddy", "door")


def can_be_met(*, kind: str, hour: int) -> bool:
    """Return whether someone can wait at the door of a meetup of this kind that starts at this hour of the place."""
    return kind in ("in_person", "hybrid") and FIRST_HOUR <= hour < LAST_HOUR


def suggested_greeting(*, newcomer: str, greeter: str) -> str:
    """Return a first message to a newcomer, for their greeter to change."""
    return f"Hi {newcomer}, I'm {greeter}. Welcome. You don't have to answer, I just wanted to say hello."


def next_greeter(willing: Sequence[UUID], lately: Mapping[UUID, int]) -> UUID | None:
    """Return the member who greeted the fewest recently, the first of them in the given order."""
    return min(willing, key=lambda one: lately.get(one, 0), default=None)
