"""Shapes of a member's own settings for a room: read marker, mute."""

from marshmallow import fields, validate

from community.core.schemas import StrictSchema, UtcDateTime
from community.rooms.schemas.messages import POSITION


class MuteSchema(StrictSchema):
    """The end of a mute; without it the room is muted until I unmute it."""

    until = UtcDateTime(load_default=None, allow_none=True)


class UnreadFromSchema(StrictSchema):
    """The first message to mark as unread."""

    seq = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=2**31 - 1))


class MarkSchema(StrictSchema):
    """The last message I have read."""

    seq = fields.Integer(required=True, strict=True, validate=POSITION)


class MarkerSchema(StrictSchema):
    """My read marker, and the unread messages after it."""

    last_read_seq = fields.Integer()
    unread = fields.Integer()
