"""Rooms' doors for programs."""

from typing import Any
from uuid import UUID

from flask import Response, jsonify

from community.core.errors import SignInNeeded
from community.core.schemas import PageArgs
from community.core.web import api_blueprint, current_actor, reading, unit_of_work, web
from community.rooms import actions, log, queries
from community.rooms import schemas as shapes
from community.rooms.posting import Posted
from community.rooms.writer import Writer

api = api_blueprint("rooms", __name__, "Rooms, who is in them, and what is said there.")

EXAMPLE = {"client_msg_id": "5b0c9a5e-6f1f-4a55-9a30-2a5f3d1a7c11", "body": "Kettle is on."}


@api.get("/rooms")
@api.arguments(PageArgs, location="query")
@api.response(200, shapes.RoomPage)
def get_rooms(page: dict[str, Any]) -> Any:
    """The rooms I am in, then those I may join, each by creation."""
    with reading() as look:
        return queries.rooms(look, **page)


@api.post("/rooms")
@api.arguments(shapes.NewRoomSchema, example={"kind": "open", "name": "Evenings", "topic": "For after supper."})
@api.response(201, shapes.RoomSchema)
def post_room(wanted: dict[str, Any]) -> queries.RoomView:
    """Open a room (coordinators). Whoever opens it is in it."""
    with unit_of_work() as uow:
        room = actions.create_room(uow, **wanted)
        return queries.room(uow, room.id)


@api.put("/rooms/<uuid:room_id>/membership")
@api.response(204)
def put_membership(room_id: UUID) -> None:
    """Come in. Twice is once."""
    with unit_of_work() as uow:
        actions.join(uow, room_id=room_id)


@api.delete("/rooms/<uuid:room_id>/membership")
@api.response(204)
def delete_membership(room_id: UUID) -> None:
    """Leave. Twice is once."""
    with unit_of_work() as uow:
        actions.leave(uow, room_id=room_id)


@api.get("/rooms/<uuid:room_id>/messages")
@api.arguments(shapes.HistoryArgs, location="query")
@api.response(200, shapes.HistorySchema)
def get_messages(part: dict[str, Any], room_id: UUID) -> dict[str, Any]:
    """A part of the log, ascending."""
    with reading() as look:
        messages, head_seq, oldest_seq = log.history(look, room_id=room_id, **part)
    return {"messages": messages, "head_seq": head_seq, "oldest_seq": oldest_seq}


@api.post("/rooms/<uuid:room_id>/messages")
@api.arguments(shapes.NewMessageSchema, example=EXAMPLE)
@api.response(201, shapes.PostedSchema)
def post_message(said: dict[str, Any], room_id: UUID) -> Response:
    """Say something; answered once it is stored. 200 when this very message was stored before."""
    posted = say(room_id=room_id, **said)
    response = jsonify(shapes.PostedSchema().dump(posted))
    response.status_code = 200 if posted.duplicate else 201
    return response


@api.patch("/messages/<uuid:message_id>")
@api.arguments(shapes.EditSchema, example={"body": "Kettle is on, and there is cake."})
@api.response(200, shapes.MessageSchema)
def patch_message(words: dict[str, str], message_id: UUID) -> log.MessageView:
    """Change the words of my message."""
    with unit_of_work() as uow:
        actions.edit_message(uow, message_id=message_id, **words)
        return log.message(uow, message_id)


@api.delete("/messages/<uuid:message_id>")
@api.response(204)
def delete_message(message_id: UUID) -> None:
    """Take my message back; coordinators may remove any they can see. Its place stays."""
    with unit_of_work() as uow:
        actions.remove_message(uow, message_id=message_id)


@api.put("/messages/<uuid:message_id>/reactions/<emoji>")
@api.response(200, shapes.MessageSchema)
def put_reaction(message_id: UUID, emoji: str) -> log.MessageView:
    """Answer a message with one emoji. Twice is once."""
    with unit_of_work() as uow:
        actions.react(uow, message_id=message_id, emoji=emoji)
        return log.message(uow, message_id)


@api.delete("/messages/<uuid:message_id>/reactions/<emoji>")
@api.response(200, shapes.MessageSchema)
def delete_reaction(message_id: UUID, emoji: str) -> log.MessageView:
    """Take my emoji back."""
    with unit_of_work() as uow:
        actions.take_back_reaction(uow, message_id=message_id, emoji=emoji)
        return log.message(uow, message_id)


@api.put("/rooms/<uuid:room_id>/read-marker")
@api.arguments(shapes.MarkSchema, example={"seq": 12})
@api.response(200, shapes.MarkerSchema)
def put_read_marker(mark: dict[str, int], room_id: UUID) -> queries.Marker:
    """Say how far I have read. It only moves forward."""
    with unit_of_work() as uow:
        actions.mark_read(uow, room_id=room_id, seq=mark["seq"])
        return queries.marker(uow, room_id)


def say(*, room_id: UUID, client_msg_id: str, body: str, reply_to: UUID | None = None) -> Posted:
    """Post as whoever makes this request, within their rate. Raises SignInNeeded and what the writer raises."""
    actor = current_actor()
    if actor is None:
        raise SignInNeeded
    rate = web().send_rate
    if rate is not None:
        rate.take(actor.id)
    writer: Writer = web().writer
    return writer.post(actor, room_id=room_id, client_msg_id=client_msg_id, body=body, reply_to=reply_to)
