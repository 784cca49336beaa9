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
from community.meetups.actions.changing import CapacityBelowGoing, cancel, change_date
from community.meetups.actions.posting import post
from community.meetups.actions.series import change_series, change_series_of

__all__ = [
    "CapacityBelowGoing",
    "OfferLapsed",
    "OnceOnly",
    "SeatTaken",
    "accept_offer",
    "answer",
    "answer_series",
    "cancel",
    "change_date",
    "change_series",
    "change_series_of",
    "decline_offer",
    "extend_series",
    "free_seats_of",
    "let_offers_end",
    "post",
    "settle",
]
