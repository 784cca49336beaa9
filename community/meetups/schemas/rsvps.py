"""Schemas of members' answers, calendar feed and preferences."""

from marshmallow import fields, validate

from community.core.schemas import StrictSchema, UtcDateTime
from community.meetups.rules.reminders import REMINDERS
from community.meetups.rules.rsvps import SHOWN, RsvpAnswer


class RsvpSchema(StrictSchema):
    """My answer. `waitlist_position` is my present place on the waitlist; 1 is next.

    `offer_expires_at`: a seat is offered to me until then. `asks_again`: the meetup moved far, and I have not confirmed
    yet. `is_standing`: it follows from my answer to the series.
    """

    state = fields.String(metadata={"enum": [*map(str, SHOWN)]})
    waitlist_position = fields.Integer(allow_none=True)
    offer_expires_at = UtcDateTime(allow_none=True)
    asks_again = fields.Boolean()
    is_standing = fields.Boolean()


class RsvpAnswerSchema(StrictSchema):
    """An answer to a meetup or to a series."""

    answer = fields.String(required=True, validate=validate.OneOf([*map(str, RsvpAnswer)]))


class StandingRsvpSchema(StrictSchema):
    """My answer to every occurrence of a series."""

    answer = fields.String(validate=validate.OneOf([*map(str, RsvpAnswer)]))


class CalendarSchema(StrictSchema):
    """The address of my calendar."""

    url = fields.String()


class MeetupPreferenceSchema(StrictSchema):
    """My meetup preferences: being listed, reminders in minutes before the start, titles in my calendar."""

    is_listed = fields.Boolean()
    remind_minutes = fields.List(
        fields.Integer(validate=validate.OneOf(list(REMINDERS))), validate=validate.Length(max=len(REMINDERS))
    )
    has_full_titles = fields.Boolean()
