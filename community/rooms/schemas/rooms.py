"""Shapes of rooms, and of their settings for coordinators."""

from marshmallow import fields, validate

from community.core.schemas import SingleLineText, StrictSchema, Text, UtcDateTime, page_of
from community.rooms.rules import messages as messages_rules

DAYS = validate.Range(min=1, max=messages_rules.MAX_RETENTION_DAYS)
SLOW = validate.Range(min=0, max=messages_rules.SLOWEST_SECONDS)


class BelongingSchema(StrictSchema):
    """The page a room belongs to: a meetup, with its next time, if it has one."""

    title = fields.String()
    url = fields.String()
    next_at = UtcDateTime(allow_none=True)


class RoomSchema(StrictSchema):
    """A room as I see it."""

    id = fields.UUID()
    kind = fields.String(metadata={"enum": list(messages_rules.KINDS)})
    name = fields.String()
    topic = fields.String()
    joined = fields.Boolean()
    head_seq = fields.Integer()
    last_read_seq = fields.Integer()
    unread = fields.Integer()
    member_count = fields.Integer()
    rules = fields.String(metadata={"description": "The rules of this room, beside the community's."})
    retention_days = fields.Integer(allow_none=True, metadata={"description": "Days messages stay; null: always."})
    slow_seconds = fields.Integer(metadata={"description": "Seconds to wait between two messages; 0: no wait."})
    archived = fields.Boolean(metadata={"description": "Nobody can write here anymore."})
    muted_until = UtcDateTime(allow_none=True, metadata={"description": "Until then this room doesn’t notify me."})
    shows_presence = fields.Boolean(metadata={"description": "Whether others can see when I’m here and typing."})
    belongs_to = fields.Nested(BelongingSchema, allow_none=True)
    created_at = UtcDateTime()
    cohort = fields.String(metadata={"description": "The name of the cohort whose room it is, or empty."})


RoomPage = page_of(RoomSchema, "RoomPage")


class NewRoomSchema(StrictSchema):
    """A room to create (coordinators). A cohort's room needs the cohort."""

    kind = fields.String(load_default="open", validate=validate.OneOf(("open", "cohort", "private")))
    name = SingleLineText(required=True, least=1, most=80)
    topic = SingleLineText(load_default="", most=300)
    cohort_id = fields.UUID(load_default=None, allow_none=True)
    members = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=500))


class RoomChangeSchema(StrictSchema):
    """Changes of a room by coordinators. `retention_days` null keeps messages for good.

    `slow_seconds` is the wait of a member between two messages. It does not apply to coordinators, or to messages of a
    member who may be in danger.
    """

    name = SingleLineText(least=1, most=80)
    topic = SingleLineText(most=300)
    rules = Text(most=messages_rules.MAX_RULES_LENGTH)
    retention_days = fields.Integer(allow_none=True, validate=DAYS)
    slow_seconds = fields.Integer(strict=True, validate=SLOW)


class DaysArgs(StrictSchema):
    """A retention to preview."""

    days = fields.Integer(required=True, validate=DAYS)


class WouldGoSchema(StrictSchema):
    """The number of messages that would be deleted."""

    messages = fields.Integer()
