"""Reads about meetups, as the actor may see them."""

from community.meetups.queries.agenda import DateView, Month, agenda, month
from community.meetups.queries.answers import (
    Going,
    begins_at,
    begins_if_on,
    going,
    is_going,
    is_off,
    meetup_of,
    titles,
    who_answered,
    who_wants_reminding,
    why_not_in,
)
from community.meetups.queries.attendance import (
    AttendanceRow,
    attendance,
    attendance_table,
    date_to_mark,
    meetup_to_host,
)
from community.meetups.queries.calendars import PreferenceView, feed, my_address, my_preferences, one_date
from community.meetups.queries.meetups import as_form, date_in_front, meetup, meetups, next_meetups
from community.meetups.queries.my_answers import my_rsvp
from community.meetups.queries.preview import SeenAhead, look_ahead
from community.meetups.queries.rooms import meetups_of
from community.meetups.queries.views import MeetupView, OccurrenceView, PlaceView, RsvpView

__all__ = [
    "AttendanceRow",
    "DateView",
    "Going",
    "MeetupView",
    "Month",
    "OccurrenceView",
    "PlaceView",
    "PreferenceView",
    "RsvpView",
    "SeenAhead",
    "agenda",
    "as_form",
    "attendance",
    "attendance_table",
    "begins_at",
    "begins_if_on",
    "date_in_front",
    "date_to_mark",
    "feed",
    "going",
    "is_going",
    "is_off",
    "look_ahead",
    "meetup",
    "meetup_of",
    "meetup_to_host",
    "meetups",
    "meetups_of",
    "month",
    "my_address",
    "my_preferences",
    "my_rsvp",
    "next_meetups",
    "one_date",
    "titles",
    "who_answered",
    "who_wants_reminding",
    "why_not_in",
]
