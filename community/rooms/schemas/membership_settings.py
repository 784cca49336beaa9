"""Shapes of what a member decides for themselves: up to where they have read, until when nothing rings."""

from marshmallow import fields, validate

from community.core.schemas import StrictSchema, UtcDateTime
from community.rooms.schemas.messages import POSITION


class MuteSchema(StrictSchema):
    """Until when nothing from a room rings; until I say otherwise when it is left out."""

    until = UtcDateTime(load_default=None, allow_none=True)


class UnreadFromSchema(StrictSchema):
    """The first message that is to be new to me again."""

    seq = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=2**31 - 1))


class MarkSchema(StrictSchema):
    """Up to where I have read."""

    seq = fields.Integer(required=True, strict=True, validate=POSITION)


class MarkerSchema(StrictSchema):
    """Where my marker stands, and what is new after it."""

    last_read_seq = fields.Integer()
    unread = fields.Integer()
