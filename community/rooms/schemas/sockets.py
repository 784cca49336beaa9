"""Shapes of socket events."""

from typing import Any
from uuid import UUID

from marshmallow import fields

from community.core.schemas import StrictSchema
from community.rooms.rules import messages
from community.rooms.schemas.membership_settings import MarkSchema
from community.rooms.schemas.messages import POSITION, NewMessageSchema


class OpenRoomSchema(StrictSchema):
    """`room.open`, with the client's place in the log."""

    room_id = fields.UUID(required=True)
    since_seq = fields.Integer(load_default=None, allow_none=True, strict=True, validate=POSITION)
    since_rev = fields.Integer(load_default=None, allow_none=True, strict=True, validate=POSITION)


class RoomIdSchema(StrictSchema):
    """An event about one room."""

    room_id = fields.UUID(required=True)


class PresentSchema(RoomIdSchema):
    """A member's presence in a room. `asks`: they came just now, and want the presence of others."""

    present = fields.Boolean(load_default=True)
    asks = fields.Boolean(load_default=False)


class SendSchema(NewMessageSchema):
    """`message.send`."""

    room_id = fields.UUID(required=True)


class ReadSchema(MarkSchema):
    """`room.read`."""

    room_id = fields.UUID(required=True)


def load_post(sent: dict[str, Any]) -> dict[str, Any]:
    """Load `message.send` as `SendSchema` does, ten times faster for a plainly valid one.

    Raises ValidationError as the schema does.
    """
    room_id, key, body = sent.get("room_id"), sent.get("client_msg_id"), sent.get("body")
    if len(sent) == 3 and isinstance(room_id, str) and isinstance(key, str) and isinstance(body, str):
        is_plain = key.isascii() and key.isprintable() and key.strip() == key and body.isascii() and body.isprintable()
        if is_plain and 0 < len(key) <= 64 and 0 < len(body) <= messages.MAX_BODY_LENGTH and body.strip() == body:
            try:
                return {"room_id": UUID(room_id), "client_msg_id": key, "body": body, "reply_to": None}
            except ValueError:
                pass
    read: dict[str, Any] = SEND.load(sent)
    return read


SEND = SendSchema()
