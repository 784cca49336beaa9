"""Rooms' pages: the list, one room, and everything in it that works by posting a form."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from community.core.ids import random_id
from community.core.unit_of_work import Reading
from community.core.web import Form, reading, safe_path, unit_of_work
from community.rooms import actions, log, queries
from community.rooms.api import say
from community.rooms.schemas import EditSchema, HistoryArgs, NewMessageSchema, NewRoomSchema

pages = Blueprint("rooms", __name__)
Answered = str | tuple[str, int] | Response


def page_facts(look: Reading) -> Mapping[str, Any]:
    """What base.html shows beside "Rooms"."""
    return {"unread_rooms": queries.unread_rooms(look)}


@pages.get("/rooms")
def room_list() -> str:
    """My rooms, and those I may join."""
    with reading() as look:
        mine, joinable = queries.my_rooms(look), queries.joinable_rooms(look)
    return render_template("rooms/list.html", mine=mine, joinable=joinable, form=Form())


@pages.post("/rooms")
def open_room() -> Answered:
    """Open a room (coordinators)."""
    form = Form(NewRoomSchema())

    def act(fields: dict[str, Any]) -> None:
        with unit_of_work() as uow:
            actions.create_room(uow, **fields)

    if form.attempt(act):
        flash("The room is open.")
        return redirect("/rooms")
    with reading() as look:
        mine, joinable = queries.my_rooms(look), queries.joinable_rooms(look)
    return render_template("rooms/list.html", mine=mine, joinable=joinable, form=form), form.status


@pages.get("/rooms/<uuid:room_id>")
def one_room(room_id: UUID) -> str:
    """A room with its newest messages, or those before `?before=`."""
    return _room_page(room_id, Form())


@pages.post("/rooms/<uuid:room_id>/messages")
def post_message(room_id: UUID) -> Answered:
    """Say something without scripts."""
    form = Form(NewMessageSchema())
    values = {
        key: value for key, value in form.values.items() if key in ("body", "client_msg_id", "reply_to") and value
    }
    if form.attempt(lambda fields: say(room_id=room_id, **fields), values=values):
        return redirect(f"/rooms/{room_id}", code=303)
    return _room_page(room_id, form), form.status


@pages.post("/rooms/<uuid:room_id>/join")
def join(room_id: UUID) -> Response:
    """Come in."""
    with unit_of_work() as uow:
        actions.join(uow, room_id=room_id)
    return redirect(f"/rooms/{room_id}", code=303)


@pages.post("/rooms/<uuid:room_id>/leave")
def leave(room_id: UUID) -> Response:
    """Go out."""
    with unit_of_work() as uow:
        actions.leave(uow, room_id=room_id)
    flash("You left the room.")
    return redirect("/rooms", code=303)


@pages.post("/rooms/read")
def read_all() -> Response:
    """Everything in my rooms is read."""
    with unit_of_work() as uow:
        for room in queries.my_rooms(uow):
            if room.unread:
                actions.mark_read(uow, room_id=room.id, seq=room.head_seq)
    return redirect("/rooms", code=303)


@pages.post("/messages/<uuid:message_id>/edit")
def edit(message_id: UUID) -> Response:
    """Change my words."""
    fields = EditSchema().load({"body": request.form.get("body", "")})
    with unit_of_work() as uow:
        message = actions.edit_message(uow, message_id=message_id, **fields)
        room_id = message.room_id
    return redirect(f"/rooms/{room_id}", code=303)


@pages.post("/messages/<uuid:message_id>/remove")
def remove(message_id: UUID) -> Response:
    """Take a message back."""
    with unit_of_work() as uow:
        actions.remove_message(uow, message_id=message_id)
    return redirect(safe_path(request.form.get("next") or "/rooms"), code=303)


def _room_page(room_id: UUID, form: Form) -> str:
    part = HistoryArgs().load({"before_seq": request.args["before"]} if request.args.get("before") else {})
    with reading() as look:
        room = queries.room(look, room_id)
        messages, _, oldest_seq = log.history(look, room_id=room_id, **part)
        rooms = queries.my_rooms(look)
        may_moderate = look.actor.is_staff
    return render_template(
        "rooms/room.html",
        room=room,
        messages=messages,
        oldest_seq=oldest_seq,
        rooms=rooms,
        may_moderate=may_moderate,
        form=form,
        fresh_id=str(random_id()),
    )
