"""Shapes of conversations."""

from marshmallow import fields

from community.conversations.rules import MAX_FIRST_MESSAGE
from community.core.schemas import SingleLineText, StrictSchema, Text, UtcDateTime, page_of


class ConversationRoomSchema(StrictSchema):
    """The room of a conversation."""

    room_id = fields.UUID()


class ConversationSchema(StrictSchema):
    """An open conversation with a member, for coordinators. `owner` is the coordinator who answers."""

    room_id = fields.UUID()
    member_id = fields.UUID()
    handle = fields.String()
    owner = fields.String(allow_none=True)
    is_mine = fields.Boolean()
    opened_at = UtcDateTime()
    closed_at = UtcDateTime(allow_none=True)
    waiting_since = UtcDateTime(allow_none=True, metadata={"description": "Since when the member waits for an answer."})


ConversationPage = page_of(ConversationSchema, "ConversationPage")


class FirstMessageSchema(StrictSchema):
    """The first message of a coordinator. An urgent one is also sent in the member's quiet hours."""

    body = Text(required=True, least=1, most=MAX_FIRST_MESSAGE)
    client_msg_id = SingleLineText(required=True, least=1, most=64)
    is_urgent = fields.Boolean(load_default=False)
