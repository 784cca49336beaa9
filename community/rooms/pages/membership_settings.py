"""Pages of my settings for a room: everything read, mute, presence."""

from datetime import timedelta
from uuid import UUID

from flask import flash, redirect, request
from werkzeug.wrappers import Response

from community.core.web.flashes import flash_with_undo
from community.core.web.request_context import unit_of_work
from community.rooms.actions import membership_settings
from community.rooms.pages import pages
from community.rooms.queries import rooms
from community.rooms.rules import messages
from community.rooms.schemas.membership_settings import MarkSchema


@pages.post("/rooms/read")
def read_all() -> Response:
    """Mark all my rooms as read."""
    with unit_of_work() as uow:
        for room in rooms.my_rooms(uow):
            if room.unread:
                membership_settings.mark_read(uow, room_id=room.id, seq=room.head_seq)
    return redirect("/rooms", code=303)


@pages.post("/rooms/<uuid:room_id>/read")
def read(room_id: UUID) -> Response:
    """Mark a room as read through a message, which undoes marking it unread."""
    text = request.form.get("seq", "")
    seq = int(text) if text.isascii() and text.isdigit() and len(text) < 11 else text
    with unit_of_work() as uow:
        membership_settings.mark_read(uow, room_id=room_id, **MarkSchema().load({"seq": seq}))
    return redirect("/rooms", code=303)


@pages.post("/rooms/<uuid:room_id>/mute")
def mute(room_id: UUID) -> Response:
    """Mute a room until tomorrow morning, for a week, or until I unmute it."""
    with unit_of_work() as uow:
        spans = {"day": messages.next_morning(uow.now, uow.actor.time_zone), "week": uow.now + timedelta(days=7)}
        membership_settings.mute(uow, room_id=room_id, until=spans.get(request.form.get("span", "")))
    flash_with_undo("Muted. New messages still show here.", f"/rooms/{room_id}/unmute")
    return redirect(f"/rooms/{room_id}", code=303)


@pages.post("/rooms/<uuid:room_id>/unmute")
def unmute(room_id: UUID) -> Response:
    """Unmute a room."""
    with unit_of_work() as uow:
        membership_settings.unmute(uow, room_id=room_id)
    flash("Unmuted. You get notifications from this room again.")
    return redirect(f"/rooms/{room_id}", code=303)


@pages.post("/rooms/<uuid:room_id>/presence")
def presence(room_id: UUID) -> Response:
    """Show or hide my presence and typing."""
    act = membership_settings.show_presence if request.form.get("shown") == "1" else membership_settings.hide_presence
    with unit_of_work() as uow:
        act(uow, room_id=room_id)
    return redirect(f"/rooms/{room_id}", code=303)
