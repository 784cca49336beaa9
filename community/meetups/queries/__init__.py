"""Reads about meetups, as the actor may see them."""

from community.meetups.queries.agenda import DateView, Month, agenda, month
from community.meetups.queries.answers import Going, going, meetup_of, my_rsvp, who_answered
from community.meetups.queries.meetups import as_form, date_in_front, meetup, meetups, next_meetups
from community.meetups.queries.preview import SeenAhead, look_ahead
from community.meetups.queries.views import MeetupView, OccurrenceView, PlaceView, RsvpView

__all__ = [
    "DateView",
    "Going",
    "MeetupView",
    "Month",
    "OccurrenceView",
    "PlaceView",
    "RsvpView",
    "SeenAhead",
    "agenda",
    "as_form",
    "date_in_front",
    "going",
    "look_ahead",
    "meetup",
    "meetup_of",
    "meetups",
    "month",
    "my_rsvp",
    "next_meetups",
    "who_answered",
]
