"""My rooms and my place in them, for programs."""

from typing import Any
from uuid import UUID

from community.core.schemas import PageArgs
from community.core.web import reading, unit_of_work
from community.rooms.actions import attention, coming, making
from community.rooms.api.doors import api
from community.rooms.queries import finding, listing, markers
from community.rooms.schemas.attention import MarkerSchema, MarkSchema, MuteSchema, UnreadFromSchema
from community.rooms.schemas.finding import PeopleArgs, PeopleSchema, PinsSchema
from community.rooms.schemas.rooms import NewRoomSchema, RoomPage, RoomSchema


@api.get("/rooms")
@api.arguments(PageArgs, location="query")
@api.response(200, RoomPage)
def get_rooms(page: dict[str, Any]) -> Any:
    """The rooms I am in, then those I may join, each by creation."""
    with reading() as ctx:
        return listing.rooms(ctx, **page)


@api.post("/rooms")
@api.arguments(NewRoomSchema, example={"kind": "open", "name": "Evenings", "topic": "For after supper."})
@api.response(201, RoomSchema)
def post_room(wanted: dict[str, Any]) -> listing.RoomView:
    """Open a room (coordinators). Whoever opens it is in it."""
    with unit_of_work() as uow:
        room = making.create_room(uow, **wanted)
        return listing.room(uow, room.id)


@api.get("/rooms/<uuid:room_id>")
@api.response(200, RoomSchema)
def get_room(room_id: UUID) -> listing.RoomView:
    """One room I am in."""
    with reading() as ctx:
        return listing.room(ctx, room_id)


@api.put("/rooms/<uuid:room_id>/membership")
@api.response(204)
def put_membership(room_id: UUID) -> None:
    """Come in. Twice is once."""
    with unit_of_work() as uow:
        coming.join(uow, room_id=room_id)


@api.delete("/rooms/<uuid:room_id>/membership")
@api.response(204)
def delete_membership(room_id: UUID) -> None:
    """Leave. Twice is once."""
    with unit_of_work() as uow:
        coming.leave(uow, room_id=room_id)


@api.put("/rooms/<uuid:room_id>/read-marker")
@api.arguments(MarkSchema, example={"seq": 12})
@api.response(200, MarkerSchema)
def put_read_marker(mark: dict[str, int], room_id: UUID) -> markers.Marker:
    """Say how far I have read. It only moves forward."""
    with unit_of_work() as uow:
        attention.mark_read(uow, room_id=room_id, seq=mark["seq"])
        return markers.marker(uow, room_id)


@api.put("/rooms/<uuid:room_id>/unread-from")
@api.arguments(UnreadFromSchema, example={"seq": 12})
@api.response(200, MarkerSchema)
def put_unread_from(mark: dict[str, int], room_id: UUID) -> markers.Marker:
    """Make a message and all after it new to me again."""
    with unit_of_work() as uow:
        attention.mark_unread(uow, room_id=room_id, **mark)
        return markers.marker(uow, room_id)


@api.put("/rooms/<uuid:room_id>/mute")
@api.arguments(MuteSchema, example={"until": "2030-01-01T08:00:00Z"})
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
@api.arguments(PeopleArgs, location="query")
@api.response(200, PeopleSchema)
def get_people(begin: dict[str, Any], room_id: UUID) -> dict[str, Any]:
    """People of a room I am in whose handles begin like this, at most eight."""
    with reading() as ctx:
        return {"items": finding.people(ctx, room_id, **begin)}


@api.get("/rooms/<uuid:room_id>/pins")
@api.response(200, PinsSchema)
def get_pins(room_id: UUID) -> dict[str, Any]:
    """What a room I am in keeps in view."""
    with reading() as ctx:
        return {"messages": finding.pinned(ctx, room_id)}
