"""My rooms and my place in them, for programs."""

from typing import Any
from uuid import UUID

from community.core.schemas import PageArgs
from community.core.web.request_context import read_context, unit_of_work
from community.rooms.actions import create, membership, membership_settings
from community.rooms.api import api
from community.rooms.queries import autocomplete, pins, read_markers, rooms
from community.rooms.schemas.membership_settings import MarkerSchema, MarkSchema, MuteSchema, UnreadFromSchema
from community.rooms.schemas.rooms import NewRoomSchema, RoomPage, RoomSchema
from community.rooms.schemas.search import PeopleArgs, PeopleSchema, PinsSchema


@api.get("/rooms")
@api.arguments(PageArgs, location="query")
@api.response(200, RoomPage)
def get_rooms(page: dict[str, Any]) -> Any:
    """The rooms I am in, then those I may join, each by creation."""
    with read_context() as ctx:
        return rooms.list_rooms(ctx, **page)


@api.post("/rooms")
@api.arguments(NewRoomSchema, example={"kind": "open", "name": "Evenings", "topic": "For after supper."})
@api.response(201, RoomSchema)
def post_room(wanted: dict[str, Any]) -> rooms.RoomView:
    """Open a room (coordinators). Whoever opens it is in it."""
    with unit_of_work() as uow:
        room = create.create_room(uow, **wanted)
        return rooms.room_view(uow, room.id)


@api.get("/rooms/<uuid:room_id>")
@api.response(200, RoomSchema)
def get_room(room_id: UUID) -> rooms.RoomView:
    """One room I am in."""
    with read_context() as ctx:
        return rooms.room_view(ctx, room_id)


@api.put("/rooms/<uuid:room_id>/membership")
@api.response(204)
def put_membership(room_id: UUID) -> None:
    """Come in. Twice is once."""
    with unit_of_work() as uow:
        membership.join(uow, room_id=room_id)


@api.delete("/rooms/<uuid:room_id>/membership")
@api.response(204)
def delete_membership(room_id: UUID) -> None:
    """Leave. Twice is once."""
    with unit_of_work() as uow:
        membership.leave(uow, room_id=room_id)


@api.put("/rooms/<uuid:room_id>/read-marker")
@api.arguments(MarkSchema, example={"seq": 12})
@api.response(200, MarkerSchema)
def put_read_marker(mark: dict[str, int], room_id: UUID) -> read_markers.Marker:
    """Say how far I have read. It only moves forward."""
    with unit_of_work() as uow:
        membership_settings.mark_read(uow, room_id=room_id, seq=mark["seq"])
        return read_markers.marker(uow, room_id)


@api.put("/rooms/<uuid:room_id>/unread-from")
@api.arguments(UnreadFromSchema, example={"seq": 12})
@api.response(200, MarkerSchema)
def put_unread_from(mark: dict[str, int], room_id: UUID) -> read_markers.Marker:
    """Make a message and all after it new to me again."""
    with unit_of_work() as uow:
        membership_settings.mark_unread(uow, room_id=room_id, **mark)
        return read_markers.marker(uow, room_id)


@api.put("/rooms/<uuid:room_id>/mute")
@api.arguments(MuteSchema, example={"until": "2030-01-01T08:00:00Z"})
@api.response(204)
def put_mute(mute: dict[str, Any], room_id: UUID) -> None:
    """Let nothing from this room ring for me."""
    with unit_of_work() as uow:
        membership_settings.mute(uow, room_id=room_id, **mute)


@api.delete("/rooms/<uuid:room_id>/mute")
@api.response(204)
def delete_mute(room_id: UUID) -> None:
    """Let it ring again. Twice is once."""
    with unit_of_work() as uow:
        membership_settings.unmute(uow, room_id=room_id)


@api.put("/rooms/<uuid:room_id>/presence")
@api.response(204)
def put_presence(room_id: UUID) -> None:
    """Let others here see that I am here and write. Nothing of it is stored but this wish."""
    with unit_of_work() as uow:
        membership_settings.show_presence(uow, room_id=room_id)


@api.delete("/rooms/<uuid:room_id>/presence")
@api.response(204)
def delete_presence(room_id: UUID) -> None:
    """Let nobody see it; so it is until I say otherwise."""
    with unit_of_work() as uow:
        membership_settings.hide_presence(uow, room_id=room_id)


@api.get("/rooms/<uuid:room_id>/people")
@api.arguments(PeopleArgs, location="query")
@api.response(200, PeopleSchema)
def get_people(begin: dict[str, Any], room_id: UUID) -> dict[str, Any]:
    """People of a room I am in whose handles begin like this, at most eight."""
    with read_context() as ctx:
        return {"items": autocomplete.suggest_members(ctx, room_id, **begin)}


@api.get("/rooms/<uuid:room_id>/pins")
@api.response(200, PinsSchema)
def get_pins(room_id: UUID) -> dict[str, Any]:
    """What a room I am in keeps in view."""
    with read_context() as ctx:
        return {"messages": pins.pinned_messages(ctx, room_id)}
