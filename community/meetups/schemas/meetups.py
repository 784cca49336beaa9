"""Schemas of meetups, occurrences, changes to them, and previews."""

from typing import Any

from marshmallow import ValidationError, fields, validate

from community.core.addresses import is_web_address
from community.core.schemas import PageArgs, SingleLineText, StrictSchema, Text, UtcDateTime, page_of, time_zone_name
from community.meetups.rules.rsvps import RsvpAnswer
from community.meetups.schemas.rsvps import RsvpSchema

KINDS = ("in_person", "online", "hybrid")
RULE_LENGTH = 4000
MINUTES = validate.Range(min=5, max=1440)
SEATS = validate.Range(min=1, max=10_000)


def web_address(value: str) -> None:
    """Validate an https or http address with a real host name, or an empty text. Raises ValidationError."""
    if value and not is_web_address(value):
        raise ValidationError("Enter a link that starts with https://.")


class PlaceSchema(StrictSchema):
    """A place. Members who are going see the address, and from 15 minutes before the start the link."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    address = SingleLineText(most=300, allow_none=True)
    url = fields.String(allow_none=True, validate=[validate.Length(max=500), web_address])


class WallClock(fields.NaiveDateTime):
    """A local time without a zone, such as 2026-11-26T19:00."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="iso", metadata={"example": "2027-03-04T19:00"}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        moment = super()._deserialize(value, attr, data, **kwargs)
        if moment.tzinfo is not None or not 2000 <= moment.year <= 2100:
            raise ValidationError("Enter a local time between 2000 and 2100, without a time zone.")
        return moment.replace(second=0, microsecond=0)


class NewMeetupSchema(StrictSchema):
    """A meetup to post. Without `capacity` there is no limit. `has_room` opens a group chat for those who go."""

    title = SingleLineText(required=True, least=1, most=120)
    description = Text(load_default="", most=4000)
    starts_at_local = WallClock(required=True)
    time_zone = fields.String(required=True, validate=time_zone_name)
    duration_minutes = fields.Integer(required=True, validate=MINUTES)
    capacity = fields.Integer(load_default=None, allow_none=True, validate=SEATS)
    recurrence = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=RULE_LENGTH))
    place = fields.Nested(PlaceSchema, required=True)
    has_room = fields.Boolean(load_default=False)


class MeetupArgs(PageArgs):
    """Filter for meetups that end after `from` and start before `to`."""

    start = UtcDateTime(data_key="from", load_default=None)
    end = UtcDateTime(data_key="to", load_default=None)


class OccurrenceSchema(StrictSchema):
    """One occurrence of a meetup."""

    id = fields.UUID()
    starts_at = UtcDateTime()
    ends_at = UtcDateTime()
    version = fields.Integer()
    state = fields.String(metadata={"enum": ["scheduled", "cancelled", "completed"]})
    capacity = fields.Integer(allow_none=True)
    going_count = fields.Integer()
    waitlist_count = fields.Integer()
    my_rsvp = fields.Nested(RsvpSchema, allow_none=True)
    starts_at_local = WallClock()
    title = fields.String()
    place = fields.Nested(PlaceSchema)
    duration_minutes = fields.Integer()
    cancel_reason = fields.String(allow_none=True)


class MeetupSchema(StrictSchema):
    """A meetup with its occurrences. `recurrence_words` is the rule in words, `my_standing` my answer to the series.

    `has_room`: members who are going have a group chat. `room_id` is given to its members and to coordinators.
    """

    id = fields.UUID()
    title = fields.String()
    description = fields.String()
    time_zone = fields.String()
    duration_minutes = fields.Integer()
    capacity = fields.Integer(allow_none=True)
    host = fields.String()
    co_hosts = fields.List(fields.String())
    place = fields.Nested(PlaceSchema)
    state = fields.String(metadata={"enum": ["active", "paused"]})
    recurrence = fields.String(allow_none=True)
    recurrence_words = fields.String(allow_none=True)
    my_standing = fields.String(allow_none=True, metadata={"enum": [*map(str, RsvpAnswer), None]})
    has_room = fields.Boolean()
    room_id = fields.UUID(allow_none=True)
    occurrences = fields.List(fields.Nested(OccurrenceSchema))


MeetupPage = page_of(MeetupSchema, "MeetupPage")


class ChangeOccurrenceSchema(StrictSchema):
    """Changes to one occurrence. A `capacity` of null removes the limit."""

    starts_at_local = WallClock()
    duration_minutes = fields.Integer(validate=MINUTES)
    capacity = fields.Integer(allow_none=True, validate=SEATS)
    title = SingleLineText(least=1, most=120)
    description = Text(most=4000)
    place = fields.Nested(PlaceSchema)


class ChangeSeriesSchema(ChangeOccurrenceSchema):
    """Changes to every upcoming occurrence, or from one on.

    `starts_at_local` is the new time of `from_occurrence`, else of the next occurrence; the others follow it.
    `recurrence` null ends the series after that occurrence. `has_room` opens or closes the group chat.
    """

    scope = fields.String(load_default="all", validate=validate.OneOf(["all", "following"]))
    from_occurrence = fields.UUID(load_default=None, allow_none=True)
    recurrence = fields.String(allow_none=True, validate=validate.Length(max=RULE_LENGTH))
    time_zone = fields.String(validate=time_zone_name)
    has_room = fields.Boolean()


class CancelSchema(StrictSchema):
    """A reason for members who answered, and whether all later meetups are canceled too."""

    reason = SingleLineText(load_default=None, allow_none=True, most=300)
    scope = fields.String(load_default="this", validate=validate.OneOf(["this", "following"]))


class PreviewSchema(StrictSchema):
    """A rule to preview before the meetup is posted."""

    starts_at_local = WallClock(required=True)
    time_zone = fields.String(required=True, validate=time_zone_name)
    recurrence = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=RULE_LENGTH))


class PreviewOccurrenceSchema(StrictSchema):
    """A date that a rule gives. `note` tells when the clocks skip or repeat its time."""

    starts_at_local = WallClock()
    starts_at = UtcDateTime()
    note = fields.String()


class PreviewResultSchema(StrictSchema):
    """A rule in words, with its next six dates."""

    recurrence_text = fields.String(data_key="words")
    dates = fields.List(fields.Nested(PreviewOccurrenceSchema))
    note = fields.String()


class HostsSchema(StrictSchema):
    """Hosts by handle. `host` hands the meetup over; `co_hosts` replaces the co-hosts."""

    host = SingleLineText(least=1, most=32)
    co_hosts = fields.List(SingleLineText(least=1, most=32), validate=validate.Length(max=10))
