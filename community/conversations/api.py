"""JSON endpoints of conversations."""

from typing import Any
from uuid import UUID

from flask import Response, jsonify

from community.conversations import actions, queries, rules
from community.conversations import schemas as shapes
from community.core.ids import random_id
from community.core.schemas import PageArgs
from community.core.web.api_blueprint import api_blueprint
from community.core.web.request_context import read_context, services, unit_of_work

api = api_blueprint("conversations", __name__, "Coordinators write to a member.")


@api.get("/conversations")
@api.arguments(PageArgs, location="query")
@api.response(200, shapes.ConversationPage)
def get_conversations(page: dict[str, Any]) -> Any:
    """List the open conversations (coordinators), the one opened last first."""
    with read_context() as ctx:
        return queries.conversations(ctx, **page)


@api.post("/members/<uuid:member_id>/conversation")
@api.response(201, shapes.ConversationRoomSchema)
@api.alt_response(200, shapes.ConversationRoomSchema, when="It was open before.")
def post_conversation(member_id: UUID) -> Response:
    """Open the conversation with a member (coordinators), and come into its room. 200 for an open one.

    Each call is audited, and the member sees it in their access log.
    """
    with unit_of_work() as uow:
        room = actions.open_conversation(uow, member_id=member_id)
    response = jsonify(shapes.ConversationRoomSchema().dump(room))
    response.status_code = 201 if room.is_new else 200
    return response


@api.put("/conversations/<uuid:room_id>/owner")
@api.response(204)
def put_owner(room_id: UUID) -> None:
    """Answer this conversation from now on (coordinators). Idempotent; a line in the room says so."""
    take_over(room_id)


@api.post("/conversations/<uuid:room_id>/closing")
@api.response(204)
def post_closing(room_id: UUID) -> None:
    """Close a conversation (coordinators). Idempotent. It opens again when its member writes."""
    with unit_of_work() as uow:
        actions.close(uow, room_id=room_id)


def take_over(room_id: UUID) -> None:
    """Make the actor the coordinator who answers, and tell the room. Raises Forbidden, NotFound."""
    with unit_of_work() as uow:
        is_changed, actor = actions.take_over(uow, room_id=room_id), uow.actor
    if is_changed:
        services().writer.post(
            actor,
            room_id=room_id,
            client_msg_id=f"{rules.NOTE}{random_id()}",
            body=rules.take_over_note(actor.handle),
        )


def write_first(member_id: UUID, *, body: str, client_msg_id: str, is_urgent: bool) -> UUID:
    """Open the conversation with a member, post a message there, and return its room.

    Raises Forbidden, NotFound, and what the message writer raises.
    """
    with unit_of_work() as uow:
        room = actions.open_conversation(uow, member_id=member_id, has_message=True, is_urgent=is_urgent)
        actor = uow.actor
    services().writer.post(actor, room_id=room.room_id, client_msg_id=client_msg_id, body=body)
    return room.room_id
