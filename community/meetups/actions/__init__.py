"""What members, hosts and the clock do with meetups."""

from community.meetups.actions.answering import (
    OfferLapsed,
    OnceOnly,
    SeatTaken,
    accept_offer,
    answer,
    answer_series,
    decline_offer,
    extend_series,
    free_seats_of,
    let_offers_end,
    settle,
)
from community.meetups.actions.attendance import TooEarly, mark
from community.meetups.actions.changing import CapacityBelowGoing, cancel, change_date
from community.meetups.actions.clock import correct_moments, date_comes, date_is_over, part_those_kept_apart
from community.meetups.actions.hosting import change_hosts, confirm, resume
from community.meetups.actions.posting import post
from community.meetups.actions.preferences import change_preferences, rotate_calendar
from community.meetups.actions.rooms import change_room, look_after_room, see_whether_they_belong
from community.meetups.actions.series import change_series, change_series_of

__all__ = [
    "CapacityBelowGoing",
    "OfferLapsed",
    "OnceOnly",
    "SeatTaken",
    "TooEarly",
    "accept_offer",
    "answer",
    "answer_series",
    "cancel",
    "change_date",
    "change_hosts",
    "change_preferences",
    "change_room",
    "change_series",
    "change_series_of",
    "confirm",
    "correct_moments",
    "date_comes",
    "date_is_over",
    "decline_offer",
    "extend_series",
    "free_seats_of",
    "let_offers_end",
    "look_after_room",
    "mark",
    "part_those_kept_apart",
    "post",
    "resume",
    "rotate_calendar",
    "see_whether_they_belong",
    "settle",
]
