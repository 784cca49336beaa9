"""Shapes of a member's own settings for a room: read marker, mute."""

from datetime import datetime
from typing import Any

from marshmallow import fields, validate

from community.core.schemas import StrictSchema, UtcDateTime
from community.rooms.rules.messages import FOREVER
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


class MuteEnd(UtcDateTime):
    """The end of a mute, or `forever`."""

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return "forever" if value == FOREVER else super()._serialize(value, attr, obj, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        return FOREVER if value == "forever" else super()._deserialize(value, attr, data, **kwargs)


class RejoinSchema(StrictSchema):
    """My settings for a room that I left, as the Undo button sends them. Without a marker, all messages are read."""

    last_read_seq = fields.Integer(load_default=None, validate=POSITION)
    muted_until = MuteEnd(load_default=None)
    shows_presence = fields.Boolean(load_default=False)
