"""Rooms' doors for programs."""

from typing import Any
from uuid import UUID

from flask import Response, jsonify

from community.core.errors import SignInNeeded
from community.core.schemas import PageArgs
from community.core.web import api_blueprint, current_actor, reading, unit_of_work, web
from community.rooms import actions, attention, finding, keeping, log, pins, queries, retention
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


@api.get("/rooms/<uuid:room_id>")
@api.response(200, shapes.RoomSchema)
def get_room(room_id: UUID) -> queries.RoomView:
    """One room I am in."""
    with reading() as look:
        return queries.room(look, room_id)


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


@api.put("/rooms/<uuid:room_id>/unread-from")
@api.arguments(shapes.UnreadFromSchema, example={"seq": 12})
@api.response(200, shapes.MarkerSchema)
def put_unread_from(mark: dict[str, int], room_id: UUID) -> queries.Marker:
    """Make a message and all after it new to me again."""
    with unit_of_work() as uow:
        attention.mark_unread(uow, room_id=room_id, **mark)
        return queries.marker(uow, room_id)


@api.put("/rooms/<uuid:room_id>/mute")
@api.arguments(shapes.MuteSchema, example={"until": "2030-01-01T08:00:00Z"})
@api.response(204)
def put_mute(mute: dict[str, Any], room_id: UUID) -> None:
    """Let nothing from this room ring for me."""
    with unit_of_work() as uow:
        attention.mute(uow, room_id=room_id, **mute)


@api.delete("/rooms/<uuid:room_id>/mute")
@api.response(204)
def delete_mute(room_id: UUID) -> None:
    """Let it ring again. Twice is once."""
    with unit_of_work() as uow:
        attention.unmute(uow, room_id=room_id)


@api.put("/rooms/<uuid:room_id>/presence")
@api.response(204)
def put_presence(room_id: UUID) -> None:
    """Let others here see that I am here and write. Nothing of it is stored but this wish."""
    with unit_of_work() as uow:
        attention.show_presence(uow, room_id=room_id)


@api.delete("/rooms/<uuid:room_id>/presence")
@api.response(204)
def delete_presence(room_id: UUID) -> None:
    """Let nobody see it; so it is until I say otherwise."""
    with unit_of_work() as uow:
        attention.hide_presence(uow, room_id=room_id)


@api.get("/rooms/<uuid:room_id>/people")
@api.arguments(shapes.PeopleArgs, location="query")
@api.response(200, shapes.PeopleSchema)
def get_people(begin: dict[str, Any], room_id: UUID) -> dict[str, Any]:
    """People of a room I am in whose handles begin like this, at most eight."""
    with reading() as look:
        return {"items": finding.people(look, room_id, **begin)}


@api.get("/rooms/<uuid:room_id>/pins")
@api.response(200, shapes.PinsSchema)
def get_pins(room_id: UUID) -> dict[str, Any]:
    """What a room I am in keeps in view."""
    with reading() as look:
        return {"messages": finding.pinned(look, room_id)}


@api.put("/messages/<uuid:message_id>/pin")
@api.response(200, shapes.MessageSchema)
def put_pin(message_id: UUID) -> log.MessageView:
    """Keep a message in view: coordinators, and both in a room of two."""
    with unit_of_work() as uow:
        pins.pin(uow, message_id=message_id)
        return log.message(uow, message_id)


@api.delete("/messages/<uuid:message_id>/pin")
@api.response(200, shapes.MessageSchema)
def delete_pin(message_id: UUID) -> log.MessageView:
    """Keep it in view no longer."""
    with unit_of_work() as uow:
        pins.unpin(uow, message_id=message_id)
        return log.message(uow, message_id)


@api.post("/messages/search")
@api.arguments(shapes.SearchSchema, example={"words": "oranges"})
@api.response(200, shapes.FoundPage)
def search_messages(asked: dict[str, Any]) -> Any:
    """Messages with all of these words in rooms I am in, newest first. A POST: words stand in no address or log."""
    with reading() as look:
        return finding.search(look, **asked)


@api.patch("/rooms/<uuid:room_id>")
@api.arguments(shapes.RoomChangeSchema, example={"topic": "For after supper."})
@api.response(204)
def patch_room(changes: dict[str, Any], room_id: UUID) -> None:
    """Change name, topic, rules or retention (coordinators)."""
    with unit_of_work() as uow:
        keeping.change_room(uow, room_id=room_id, **changes)


@api.get("/rooms/<uuid:room_id>/retention-preview")
@api.arguments(shapes.DaysArgs, location="query")
@api.response(200, shapes.WouldGoSchema)
def get_retention_preview(args: dict[str, int], room_id: UUID) -> dict[str, int]:
    """How many messages would go at once if words stayed so long (coordinators). Nothing is changed."""
    with reading() as look:
        return {"messages": retention.would_go(look, room_id=room_id, **args)}


@api.put("/rooms/<uuid:room_id>/archive")
@api.response(204)
def put_archive(room_id: UUID) -> None:
    """Close a room for new words (coordinators). Twice is once."""
    with unit_of_work() as uow:
        keeping.close_room(uow, room_id=room_id)


@api.delete("/rooms/<uuid:room_id>/archive")
@api.response(204)
def delete_archive(room_id: UUID) -> None:
    """Let people write in it again (coordinators)."""
    with unit_of_work() as uow:
        keeping.reopen_room(uow, room_id=room_id)


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
