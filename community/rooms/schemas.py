"""Shapes of rooms and messages."""

from typing import Any
from uuid import UUID

from marshmallow import fields, validate

from community.core.schemas import Line, Moment, Shape, Text, page_of
from community.rooms import rules

POSITION = validate.Range(min=0, max=2**31 - 1)
DAYS = validate.Range(min=1, max=rules.LONGEST_RETENTION_DAYS)
SLOW = validate.Range(min=0, max=rules.SLOWEST_SECONDS)


class ClientMessageId(Line):
    """The id that the client gave its message: 1 to 64 visible characters, a UUID by custom."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(least=1, most=64, **kwargs)


class Body(Text):
    """What is said: 1 to 4,000 characters."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(least=1, most=rules.LONGEST_BODY, **kwargs)


class AuthorSchema(Shape):
    """Who wrote something."""

    id = fields.UUID()
    handle = fields.String()


class SignSchema(Shape):
    """One emoji under a message."""

    emoji = fields.String()
    count = fields.Integer()
    member_ids = fields.List(fields.UUID())


class MessageSchema(Shape):
    """A message as it is now. A removed one has no author and no words."""

    id = fields.UUID()
    room_id = fields.UUID()
    seq = fields.Integer()
    rev = fields.Integer()
    client_msg_id = fields.String(allow_none=True)
    author = fields.Nested(AuthorSchema, allow_none=True)
    body = fields.String(allow_none=True)
    reply_to = fields.UUID(allow_none=True)
    created_at = Moment()
    edited_at = Moment(allow_none=True)
    removed = fields.Boolean()
    reactions = fields.List(fields.Nested(SignSchema))
    pinned = fields.Boolean()


class BelongingSchema(Shape):
    """What a room belongs to: a meetup, with its page and its next date, if there is one."""

    title = fields.String()
    url = fields.String()
    next_at = Moment(allow_none=True)


class RoomSchema(Shape):
    """A room as I see it."""

    id = fields.UUID()
    kind = fields.String(metadata={"enum": list(rules.KINDS)})
    name = fields.String()
    topic = fields.String()
    joined = fields.Boolean()
    head_seq = fields.Integer()
    last_read_seq = fields.Integer()
    unread = fields.Integer()
    member_count = fields.Integer()
    rules = fields.String(metadata={"description": "What holds in this room beside the community's rules."})
    retention_days = fields.Integer(allow_none=True, metadata={"description": "How long words stay; null: for good."})
    slow_seconds = fields.Integer(metadata={"description": "How long one waits between two messages; 0: not at all."})
    archived = fields.Boolean(metadata={"description": "Nobody writes here any more."})
    muted_until = Moment(allow_none=True, metadata={"description": "Until then nothing from here rings for me."})
    shows_presence = fields.Boolean(metadata={"description": "Whether others see that I am here and write."})
    belongs_to = fields.Nested(BelongingSchema, allow_none=True)


RoomPage = page_of(RoomSchema, "RoomPage")


class NewRoomSchema(Shape):
    """A room to open (coordinators). A cohort's room needs the cohort."""

    kind = fields.String(load_default="open", validate=validate.OneOf(("open", "cohort", "private")))
    name = Line(required=True, least=1, most=80)
    topic = Line(load_default="", most=300)
    cohort_id = fields.UUID(load_default=None, allow_none=True)
    members = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=500))


class RoomChangeSchema(Shape):
    """What coordinators change about a room. `retention_days` null keeps words for good.

    `slow_seconds` is how long a member waits between two messages; coordinators, and words of somebody who may be in
    danger, do not.
    """

    name = Line(least=1, most=80)
    topic = Line(most=300)
    rules = Text(most=rules.LONGEST_RULES)
    retention_days = fields.Integer(allow_none=True, validate=DAYS)
    slow_seconds = fields.Integer(strict=True, validate=SLOW)


class DaysArgs(Shape):
    """How long words would stay."""

    days = fields.Integer(required=True, validate=DAYS)


class WouldGoSchema(Shape):
    """How many messages would go."""

    messages = fields.Integer()


class MuteSchema(Shape):
    """Until when nothing from a room rings; until I say otherwise when it is left out."""

    until = Moment(load_default=None, allow_none=True)


class UnreadFromSchema(Shape):
    """The first message that is to be new to me again."""

    seq = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=2**31 - 1))


class PeopleArgs(Shape):
    """The beginning of a handle."""

    q = fields.String(load_default="", validate=validate.Length(max=rules.LONGEST_HANDLE))


class PeopleSchema(Shape):
    """People of a room."""

    items = fields.List(fields.Nested(AuthorSchema))


class PinsSchema(Shape):
    """What a room keeps in view, the newest pin first."""

    messages = fields.List(fields.Nested(MessageSchema))


class SearchSchema(Shape):
    """Words to look for, in one room or in all of mine. Words in quotes stand together."""

    words = Line(required=True, least=1, most=200)
    room_id = fields.UUID(load_default=None, allow_none=True)
    cursor = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=200))
    limit = fields.Integer(load_default=20, validate=validate.Range(min=1, max=50))


class FoundSchema(Shape):
    """A message that has the words, and where it stands."""

    message = fields.Nested(MessageSchema)
    room_name = fields.String()


FoundPage = page_of(FoundSchema, "FoundPage")


class HistoryArgs(Shape):
    """Which part of the log: bounds are exclusive; the newest when neither is given."""

    after_seq = fields.Integer(load_default=None, validate=POSITION)
    before_seq = fields.Integer(load_default=None, validate=POSITION)
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=rules.LONGEST_PAGE))


class PlaceArgs(Shape):
    """Which part of a room a page shows: around a message, or before one."""

    at = fields.Integer(load_default=None, validate=POSITION)
    before = fields.Integer(load_default=None, validate=POSITION)


class HistorySchema(Shape):
    """Messages, ascending, and how far the log goes."""

    messages = fields.List(fields.Nested(MessageSchema))
    head_seq = fields.Integer()
    oldest_seq = fields.Integer()


class NewMessageSchema(Shape):
    """Something to say. The same `client_msg_id` again is the same message."""

    client_msg_id = ClientMessageId(required=True)
    body = Body(required=True)
    reply_to = fields.UUID(load_default=None, allow_none=True)


class PostedSchema(Shape):
    """The message that stands in the room, and whether it stood there before."""

    message = fields.Nested(MessageSchema)
    duplicate = fields.Boolean()


class EditSchema(Shape):
    """New words for a message."""

    body = Body(required=True)


class MarkSchema(Shape):
    """Up to where I have read."""

    seq = fields.Integer(required=True, strict=True, validate=POSITION)


class MarkerSchema(Shape):
    """Where my marker stands, and what is new after it."""

    last_read_seq = fields.Integer()
    unread = fields.Integer()


class OpenRoomSchema(Shape):
    """`room.open`: where this client stands in the log."""

    room_id = fields.UUID(required=True)
    since_seq = fields.Integer(load_default=None, allow_none=True, strict=True, validate=POSITION)
    since_rev = fields.Integer(load_default=None, allow_none=True, strict=True, validate=POSITION)


class RoomIdSchema(Shape):
    """An event about one room."""

    room_id = fields.UUID(required=True)


class PresentSchema(RoomIdSchema):
    """That somebody is in a room now, or no longer. Who `asks` came just now and wants to know who else is."""

    present = fields.Boolean(load_default=True)
    asks = fields.Boolean(load_default=False)


class SendSchema(NewMessageSchema):
    """`message.send`."""

    room_id = fields.UUID(required=True)


class ReadSchema(MarkSchema):
    """`room.read`."""

    room_id = fields.UUID(required=True)


def read_post(sent: dict[str, Any]) -> dict[str, Any]:
    """What `message.send` asks for, as `SendSchema` reads it, ten times quicker when there is plainly nothing wrong.

    Raises ValidationError as the schema does.
    """
    room_id, key, body = sent.get("room_id"), sent.get("client_msg_id"), sent.get("body")
    if len(sent) == 3 and isinstance(room_id, str) and isinstance(key, str) and isinstance(body, str):
        is_plain = key.isascii() and key.isprintable() and key.strip() == key and body.isascii() and body.isprintable()
        if is_plain and 0 < len(key) <= 64 and 0 < len(body) <= rules.LONGEST_BODY and body.strip() == body:
            try:
                return {"room_id": UUID(room_id), "client_msg_id": key, "body": body, "reply_to": None}
            except ValueError:
                pass
    read: dict[str, Any] = SEND.load(sent)
    return read


SEND = SendSchema()
