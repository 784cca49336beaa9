"""JSON endpoints of messages."""

from typing import Any
from uuid import UUID

from flask import Response, jsonify

from community.core.crisis_keywords import asks_for_help
from community.core.errors import Unauthenticated
from community.core.web.request_context import current_actor, read_context, services, unit_of_work
from community.rooms.actions import conversations, pins, reactions
from community.rooms.actions import messages as messages_actions
from community.rooms.api import api
from community.rooms.engine import mentions
from community.rooms.engine.message_batch import Posted
from community.rooms.engine.message_writer import MessageWriter
from community.rooms.queries import history, search
from community.rooms.queries import messages as messages_queries
from community.rooms.schemas.messages import (
    EditSchema,
    HistoryArgs,
    HistorySchema,
    MessageSchema,
    NewMessageSchema,
    PostedSchema,
)
from community.rooms.schemas.search import FoundPage, SearchSchema
from community.rooms.views import MessageView

EXAMPLE = {"client_msg_id": "5b0c9a5e-6f1f-4a55-9a30-2a5f3d1a7c11", "body": "Kettle is on."}


@api.get("/rooms/<uuid:room_id>/messages")
@api.arguments(HistoryArgs, location="query")
@api.response(200, HistorySchema)
def get_messages(part: dict[str, Any], room_id: UUID) -> dict[str, Any]:
    """Get a part of a room's log, ascending."""
    conversations.audit_reading(services().store, current_actor(), room_id)
    with read_context() as ctx:
        messages, head_seq, oldest_seq = history.history(ctx, room_id=room_id, **part)
    return {"messages": messages, "head_seq": head_seq, "oldest_seq": oldest_seq}


@api.post("/rooms/<uuid:room_id>/messages")
@api.arguments(NewMessageSchema, example=EXAMPLE)
@api.response(201, PostedSchema)
def post_message(fields: dict[str, Any], room_id: UUID) -> Response:
    """Post a message; answered once it is stored. 200 when this message was stored before."""
    posted = say(room_id=room_id, **fields)
    response = jsonify(PostedSchema().dump(posted))
    response.status_code = 200 if posted.duplicate else 201
    return response


@api.patch("/messages/<uuid:message_id>")
@api.arguments(EditSchema, example={"body": "Kettle is on, and there is cake."})
@api.response(200, MessageSchema)
def patch_message(changes: dict[str, str], message_id: UUID) -> MessageView:
    """Change the text of my message."""
    wanted = mentions.find_candidates(changes["body"])
    with unit_of_work() as uow:
        messages_actions.edit_message(uow, message_id=message_id, wanted=wanted, **changes)
        return messages_queries.message(uow, message_id)


@api.delete("/messages/<uuid:message_id>")
@api.response(204)
def delete_message(message_id: UUID) -> None:
    """Remove my message; coordinators may remove any they can see. Its place remains."""
    with unit_of_work() as uow:
        messages_actions.remove_message(uow, message_id=message_id)


@api.put("/messages/<uuid:message_id>/reactions/<emoji>")
@api.response(200, MessageSchema)
def put_reaction(message_id: UUID, emoji: str) -> MessageView:
    """React to a message with one emoji. Idempotent."""
    with unit_of_work() as uow:
        reactions.react(uow, message_id=message_id, emoji=emoji)
        return messages_queries.message(uow, message_id)


@api.delete("/messages/<uuid:message_id>/reactions/<emoji>")
@api.response(200, MessageSchema)
def delete_reaction(message_id: UUID, emoji: str) -> MessageView:
    """Remove my emoji from a message."""
    with unit_of_work() as uow:
        reactions.take_back_reaction(uow, message_id=message_id, emoji=emoji)
        return messages_queries.message(uow, message_id)


@api.put("/messages/<uuid:message_id>/pin")
@api.response(200, MessageSchema)
def put_pin(message_id: UUID) -> MessageView:
    """Pin a message: for coordinators, and for both members of a pairing room."""
    with unit_of_work() as uow:
        pins.pin(uow, message_id=message_id)
        return messages_queries.message(uow, message_id)


@api.delete("/messages/<uuid:message_id>/pin")
@api.response(200, MessageSchema)
def delete_pin(message_id: UUID) -> MessageView:
    """Unpin a message."""
    with unit_of_work() as uow:
        pins.unpin(uow, message_id=message_id)
        return messages_queries.message(uow, message_id)


@api.post("/messages/search")
@api.arguments(SearchSchema, example={"words": "oranges"})
@api.response(200, FoundPage)
def search_messages(asked: dict[str, Any]) -> Any:
    """Find messages with all of these words in my rooms, newest first. A POST: the words are in no address or log."""
    with read_context() as ctx:
        return search.search_messages(ctx, **asked)


def say(*, room_id: UUID, client_msg_id: str, body: str, reply_to: UUID | None = None) -> Posted:
    """Post a message as the member of this request, within their rate. Raises Unauthenticated and what the writer
    raises.
    """
    actor = current_actor()
    if actor is None:
        raise Unauthenticated
    rate = services().send_rate
    if rate is not None and not asks_for_help(body):
        rate.try_consume(actor.id)
    writer: MessageWriter = services().writer
    return writer.post(actor, room_id=room_id, client_msg_id=client_msg_id, body=body, reply_to=reply_to)
