"""JSON endpoints of a room's settings, for coordinators."""

from typing import Any
from uuid import UUID

from community.core.web.request_context import read_context, unit_of_work
from community.rooms.actions import retention, settings
from community.rooms.api import api
from community.rooms.schemas.rooms import DaysArgs, RoomChangeSchema, WouldGoSchema


@api.patch("/rooms/<uuid:room_id>")
@api.arguments(RoomChangeSchema, example={"topic": "For after supper."})
@api.response(204)
def patch_room(changes: dict[str, Any], room_id: UUID) -> None:
    """Change the name, topic, rules, retention or slow mode of a room (coordinators)."""
    with unit_of_work() as uow:
        settings.change_room(uow, room_id=room_id, **changes)


@api.get("/rooms/<uuid:room_id>/retention-preview")
@api.arguments(DaysArgs, location="query")
@api.response(200, WouldGoSchema)
def get_retention_preview(args: dict[str, int], room_id: UUID) -> dict[str, int]:
    """Count the messages that a retention of this many days would delete (coordinators). Changes nothing."""
    with read_context() as ctx:
        return {"messages": retention.count_expiring(ctx, room_id=room_id, **args)}


@api.put("/rooms/<uuid:room_id>/archive")
@api.response(204)
def put_archive(room_id: UUID) -> None:
    """Close a room for new messages (coordinators). Idempotent."""
    with unit_of_work() as uow:
        settings.close_room(uow, room_id=room_id)


@api.delete("/rooms/<uuid:room_id>/archive")
@api.response(204)
def delete_archive(room_id: UUID) -> None:
    """Open a closed room for messages again (coordinators)."""
    with unit_of_work() as uow:
        settings.reopen_room(uow, room_id=room_id)
