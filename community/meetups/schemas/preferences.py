"""Schemas of a member's calendar feed and meetup preferences."""

from marshmallow import fields, validate

from community.core.schemas import StrictSchema
from community.meetups.rules.reminders import REMINDERS


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
