"""Shapes of search, lists of members and pins."""

from marshmallow import fields, validate

from community.core.schemas import SingleLineText, StrictSchema, page_of
from community.rooms.rules import messages as messages_rules
from community.rooms.schemas.messages import AuthorSchema, MessageSchema


class PeopleArgs(StrictSchema):
    """The beginning of a handle."""

    q = fields.String(load_default="", validate=validate.Length(max=messages_rules.MAX_HANDLE_LENGTH))


class PeopleSchema(StrictSchema):
    """Members of a room."""

    items = fields.List(fields.Nested(AuthorSchema))


class RoomMemberSchema(StrictSchema):
    """A member of a room I am in."""

    id = fields.UUID()
    handle = fields.String()
    has_staff_badge = fields.Boolean()
    is_me = fields.Boolean()


RoomMemberPage = page_of(RoomMemberSchema, "RoomMemberPage")


class PinsSchema(StrictSchema):
    """Pinned messages of a room, the newest pin first."""

    messages = fields.List(fields.Nested(MessageSchema))


class SearchSchema(StrictSchema):
    """Words to search for, in one room or in all of mine. Words in quotes are a phrase."""

    query_text = SingleLineText(data_key="words", required=True, least=1, most=200)
    room_id = fields.UUID(load_default=None, allow_none=True)
    cursor = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=200))
    limit = fields.Integer(load_default=20, validate=validate.Range(min=1, max=50))


class FoundSchema(StrictSchema):
    """A message that contains the words, and its room's name."""

    message = fields.Nested(MessageSchema)
    room_name = fields.String()


FoundPage = page_of(FoundSchema, "FoundPage")
