"""JSON endpoints of rooms and of my membership of them."""

from typing import Any
from uuid import UUID

from community.core.schemas import PageArgs
from community.core.web.request_context import read_context, unit_of_work
from community.rooms.actions import create, membership, membership_settings
from community.rooms.api import api
from community.rooms.queries import autocomplete, pins, read_markers, room_members, rooms
from community.rooms.schemas.membership_settings import MarkerSchema, MarkSchema, MuteSchema, UnreadFromSchema
from community.rooms.schemas.rooms import NewRoomSchema, RoomPage, RoomSchema
from community.rooms.schemas.search import PeopleArgs, PeopleSchema, PinsSchema, RoomMemberPage


@api.get("/rooms")
@api.arguments(PageArgs, location="query")
@api.response(200, RoomPage)
def get_rooms(page: dict[str, Any]) -> Any:
    """List the rooms I’m in, then those I may join, each by creation."""
    with read_context() as ctx:
        return rooms.list_rooms(ctx, **page)


@api.post("/rooms")
@api.arguments(NewRoomSchema, example={"kind": "open", "name": "Evenings", "topic": "For after supper."})
@api.response(201, RoomSchema)
def post_room(wanted: dict[str, Any]) -> rooms.RoomView:
    """Create a room (coordinators). Its creator is in it."""
    with unit_of_work() as uow:
        room = create.create_room(uow, **wanted)
        return rooms.room_view(uow, room.id)


@api.get("/rooms/<uuid:room_id>")
@api.response(200, RoomSchema)
def get_room(room_id: UUID) -> rooms.RoomView:
    """Get a room I’m in."""
    with read_context() as ctx:
        return rooms.room_view(ctx, room_id)


@api.put("/rooms/<uuid:room_id>/membership")
@api.response(204)
def put_membership(room_id: UUID) -> None:
    """Join a room. Idempotent."""
    with unit_of_work() as uow:
        membership.join(uow, room_id=room_id)


@api.delete("/rooms/<uuid:room_id>/membership")
@api.response(204)
def delete_membership(room_id: UUID) -> None:
    """Leave a room. Idempotent."""
    with unit_of_work() as uow:
        membership.leave(uow, room_id=room_id)


@api.put("/rooms/<uuid:room_id>/read-marker")
@api.arguments(MarkSchema, example={"seq": 12})
@api.response(200, MarkerSchema)
def put_read_marker(mark: dict[str, int], room_id: UUID) -> read_markers.Marker:
    """Move my read marker. It only moves forward."""
    with unit_of_work() as uow:
        membership_settings.mark_read(uow, room_id=room_id, seq=mark["seq"])
        return read_markers.marker(uow, room_id)


@api.put("/rooms/<uuid:room_id>/unread-from")
@api.arguments(UnreadFromSchema, example={"seq": 12})
@api.response(200, MarkerSchema)
def put_unread_from(mark: dict[str, int], room_id: UUID) -> read_markers.Marker:
    """Mark a message and all after it as unread."""
    with unit_of_work() as uow:
        membership_settings.mark_unread(uow, room_id=room_id, **mark)
        return read_markers.marker(uow, room_id)


@api.put("/rooms/<uuid:room_id>/mute")
@api.arguments(MuteSchema, example={"until": "2030-01-01T08:00:00Z"})
@api.response(204)
def put_mute(mute: dict[str, Any], room_id: UUID) -> None:
    """Mute a room."""
    with unit_of_work() as uow:
        membership_settings.mute(uow, room_id=room_id, **mute)


@api.delete("/rooms/<uuid:room_id>/mute")
@api.response(204)
def delete_mute(room_id: UUID) -> None:
    """Unmute a room. Idempotent."""
    with unit_of_work() as uow:
        membership_settings.unmute(uow, room_id=room_id)


@api.put("/rooms/<uuid:room_id>/presence")
@api.response(204)
def put_presence(room_id: UUID) -> None:
    """Show others in the room when I’m present and typing. Only this setting is stored."""
    with unit_of_work() as uow:
        membership_settings.show_presence(uow, room_id=room_id)


@api.delete("/rooms/<uuid:room_id>/presence")
@api.response(204)
def delete_presence(room_id: UUID) -> None:
    """Hide my presence and typing. This is the default."""
    with unit_of_work() as uow:
        membership_settings.hide_presence(uow, room_id=room_id)


@api.get("/rooms/<uuid:room_id>/people")
@api.arguments(PeopleArgs, location="query")
@api.response(200, PeopleSchema)
def get_people(begin: dict[str, Any], room_id: UUID) -> dict[str, Any]:
    """List members of a room I’m in whose handles start with `q`, at most eight."""
    with read_context() as ctx:
        return {"items": autocomplete.suggest_members(ctx, room_id, **begin)}


@api.get("/rooms/<uuid:room_id>/members")
@api.arguments(PageArgs, location="query")
@api.response(200, RoomMemberPage)
def get_members(page: dict[str, Any], room_id: UUID) -> Any:
    """List the members of a room I’m in, by handle."""
    with read_context() as ctx:
        return room_members.room_members(ctx, room_id, **page)


@api.get("/rooms/<uuid:room_id>/pins")
@api.response(200, PinsSchema)
def get_pins(room_id: UUID) -> dict[str, Any]:
    """List the pinned messages of a room I’m in."""
    with read_context() as ctx:
        return {"messages": pins.pinned_messages(ctx, room_id)}
