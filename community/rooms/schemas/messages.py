"""Shapes of messages and of parts of the log."""

from typing import Any

from marshmallow import fields, post_dump, validate

from community.core.schemas import SingleLineText, StrictSchema, Text, UtcDateTime
from community.rooms.rules import messages as messages_rules

POSITION = validate.Range(min=0, max=2**31 - 1)


class ClientMessageId(SingleLineText):
    """The id that a client gives its message: 1 to 64 visible characters, usually a UUID."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(least=1, most=64, **kwargs)


class Body(Text):
    """The text of a message: 1 to 4,000 characters."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(least=1, most=messages_rules.MAX_BODY_LENGTH, **kwargs)


class AuthorSchema(StrictSchema):
    """A member by id and handle."""

    id = fields.UUID()
    handle = fields.String()


class SignSchema(StrictSchema):
    """One emoji under a message."""

    emoji = fields.String()
    count = fields.Integer()
    member_ids = fields.List(fields.UUID())


class MessageSchema(StrictSchema):
    """A message as it is now. A removed one has no author and no text; `mentions` is present when it names members."""

    id = fields.UUID()
    room_id = fields.UUID()
    seq = fields.Integer()
    rev = fields.Integer()
    client_msg_id = fields.String(allow_none=True)
    author = fields.Nested(AuthorSchema, allow_none=True)
    body = fields.String(allow_none=True)
    reply_to = fields.UUID(allow_none=True)
    created_at = UtcDateTime()
    edited_at = UtcDateTime(allow_none=True)
    removed = fields.Boolean()
    reactions = fields.List(fields.Nested(SignSchema))
    pinned = fields.Boolean()
    mentions = fields.List(fields.Nested(AuthorSchema))

    @post_dump
    def drop_empty_author(self, message: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Leave out `mentions` of a message that names no one."""
        if not message.get("mentions"):
            message.pop("mentions", None)
        return message


class HistoryArgs(StrictSchema):
    """A part of the log: bounds are exclusive; the newest when neither is given."""

    after_seq = fields.Integer(load_default=None, validate=POSITION)
    before_seq = fields.Integer(load_default=None, validate=POSITION)
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=messages_rules.MAX_PAGE_SIZE))


class PlaceArgs(StrictSchema):
    """The part of a room that a page shows: around a message, or before one. `line`: a first message to fill in."""

    at = fields.Integer(load_default=None, validate=POSITION)
    before = fields.Integer(load_default=None, validate=POSITION)
    line = fields.Integer(load_default=None, validate=validate.Range(min=1, max=3))


class HistorySchema(StrictSchema):
    """Messages, ascending, and how far the log goes."""

    messages = fields.List(fields.Nested(MessageSchema))
    head_seq = fields.Integer()
    oldest_seq = fields.Integer()


class NewMessageSchema(StrictSchema):
    """A message to post. A repeated `client_msg_id` is the same message."""

    client_msg_id = ClientMessageId(required=True)
    body = Body(required=True)
    reply_to = fields.UUID(load_default=None, allow_none=True)


class PostedSchema(StrictSchema):
    """The stored message. `duplicate`: it was stored before."""

    message = fields.Nested(MessageSchema)
    duplicate = fields.Boolean()


class EditSchema(StrictSchema):
    """The new text of a message."""

    body = Body(required=True)
