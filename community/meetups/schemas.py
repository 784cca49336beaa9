"""Shapes of meetups and answers."""

from typing import Any
from urllib.parse import urlsplit

from marshmallow import ValidationError, fields, validate, validates_schema

from community.core.schemas import Line, Moment, PageArgs, Shape, Text, page_of, time_zone_name
from community.meetups.rules import Answer

KINDS = ("in_person", "online", "hybrid")
SEATS = validate.Range(min=1, max=10_000)


def web_address(value: str) -> None:
    """Validator: an https address, or nothing. Raises ValidationError."""
    if value and (urlsplit(value).scheme not in ("https", "http") or not urlsplit(value).hostname):
        raise ValidationError("Not an address that starts with https://.")


class PlaceSchema(Shape):
    """Where it is. Those going see the address; the link shows to them from 15 minutes before."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    address = Line(most=300, allow_none=True)
    url = fields.String(allow_none=True, validate=[validate.Length(max=500), web_address])


class WallClock(fields.NaiveDateTime):
    """A local time without a zone, such as 2026-11-26T19:00."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="iso", metadata={"example": "2027-03-04T19:00"}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        moment = super()._deserialize(value, attr, data, **kwargs)
        if moment.tzinfo is not None or not 2000 <= moment.year <= 2100:
            raise ValidationError("Give a local time between 2000 and 2100, without a zone.")
        return moment.replace(second=0, microsecond=0)


class NewMeetupSchema(Shape):
    """A meetup to post. Without `capacity` there is no limit."""

    title = Line(required=True, least=1, most=120)
    description = Text(load_default="", most=4000)
    starts_at_local = WallClock(required=True)
    time_zone = fields.String(required=True, validate=time_zone_name)
    duration_minutes = fields.Integer(required=True, validate=validate.Range(min=5, max=1440))
    capacity = fields.Integer(load_default=None, allow_none=True, validate=SEATS)
    recurrence = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=500))
    place = fields.Nested(PlaceSchema, required=True)

    @validates_schema
    def once_for_now(self, loaded: dict[str, Any], **_: Any) -> None:
        """Dates do not repeat yet."""
        if loaded.get("recurrence"):
            raise ValidationError("Meetups happen once for now. Post each date.", "recurrence")


class MeetupArgs(PageArgs):
    """Which dates: those that end after `from` and start before `to`."""

    start = Moment(data_key="from", load_default=None)
    end = Moment(data_key="to", load_default=None)


class RsvpSchema(Shape):
    """My answer; `waitlist_position` is the present place in line, 1 is next."""

    state = fields.String(metadata={"enum": ["going", "waitlisted", "offered", "maybe", "declined"]})
    waitlist_position = fields.Integer(allow_none=True)


class AnswerSchema(Shape):
    """What I answer."""

    answer = fields.String(required=True, validate=validate.OneOf([one.value for one in Answer]))


class OccurrenceSchema(Shape):
    """One date."""

    id = fields.UUID()
    starts_at = Moment()
    ends_at = Moment()
    version = fields.Integer()
    state = fields.String(metadata={"enum": ["scheduled", "cancelled", "completed"]})
    capacity = fields.Integer(allow_none=True)
    going_count = fields.Integer()
    waitlist_count = fields.Integer()
    my_rsvp = fields.Nested(RsvpSchema, allow_none=True)


class MeetupSchema(Shape):
    """A meetup with its dates."""

    id = fields.UUID()
    title = fields.String()
    description = fields.String()
    time_zone = fields.String()
    duration_minutes = fields.Integer()
    host = fields.String()
    place = fields.Nested(PlaceSchema)
    occurrences = fields.List(fields.Nested(OccurrenceSchema))


MeetupPage = page_of(MeetupSchema, "MeetupPage")


class ChangeDateSchema(Shape):
    """What to change about a date. `capacity` null takes the limit away."""

    starts_at_local = WallClock()
    capacity = fields.Integer(allow_none=True, validate=SEATS)


class CancelSchema(Shape):
    """Why, for those who answered."""

    reason = Line(load_default=None, allow_none=True, most=300)
