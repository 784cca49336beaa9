"""Numbers and times of meetups: seats and states here, rules that repeat and their words beside."""

from community.meetups.rules.reminders import REMINDED, REMINDERS
from community.meetups.rules.seats import (
    CLAIMED_WITHIN,
    HAS_PLACE,
    ROOM_STAYS,
    STILL_COMING_UNTIL,
    WEEKS_AHEAD,
    Answer,
    Promotion,
    asks_again,
    hold_until,
    promotion_at,
    room_name,
    seats_left,
    state_after,
    utc_of,
    wall_time_of,
    was_shifted,
)

__all__ = [
    "CLAIMED_WITHIN",
    "HAS_PLACE",
    "REMINDED",
    "REMINDERS",
    "ROOM_STAYS",
    "STILL_COMING_UNTIL",
    "WEEKS_AHEAD",
    "Answer",
    "Promotion",
    "asks_again",
    "hold_until",
    "promotion_at",
    "room_name",
    "seats_left",
    "state_after",
    "utc_of",
    "wall_time_of",
    "was_shifted",
]
