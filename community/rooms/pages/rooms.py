"""Pages of rooms: the list, one room, joining, leaving and search, which work without scripts."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request
from werkzeug.wrappers import Response

from community.core.db import Page
from community.core.errors import NotFound
from community.core.ids import random_id
from community.core.permissions import Permission
from community.core.unit_of_work import ReadContext
from community.core.web.flashes import flash_with_undo
from community.core.web.forms import Form, PageResponse
from community.core.web.request_context import current_actor, read_context, services, unit_of_work
from community.members.queries.active_members import coordinators
from community.rooms.actions import conversations, create, membership
from community.rooms.api.messages import say
from community.rooms.engine.search_index import SearchHit
from community.rooms.pages import message_url, pages
from community.rooms.queries import history, linked_pages, pins, room_members, room_preview
from community.rooms.queries import messages as messages_queries
from community.rooms.queries import rooms as rooms_queries
from community.rooms.queries import search as search_queries
from community.rooms.queries.room_heads import room_heads
from community.rooms.schemas.membership_settings import RejoinSchema
from community.rooms.schemas.messages import NewMessageSchema, PlaceArgs
from community.rooms.schemas.rooms import NewRoomSchema
from community.rooms.schemas.search import SearchSchema
from community.rooms.views import MessageView


@pages.get("/rooms")
def room_list() -> str:
    """Show my rooms, and those I may join."""
    return _list_page(Form())


@pages.post("/rooms")
def open_room() -> PageResponse:
    """Create a room (coordinators)."""
    form = Form(NewRoomSchema())
    if form.submit(create.create_room):
        flash("The room is ready.")
        return redirect("/rooms")
    return _list_page(form), form.status


@pages.get("/rooms/<uuid:room_id>")
def one_room(room_id: UUID) -> PageResponse:
    """Show a room with its newest messages, those before `?before=`, those around `?at=`, or go to a day `?on=`.

    `?line=` fills in one of the lines for a first message to a buddy.
    """
    conversations.audit_reading(services().store, current_actor(), room_id)
    if request.args.get("on"):
        return _way_to_day(room_id, request.args["on"])
    return _room_page(room_id, Form())


@pages.post("/rooms/<uuid:room_id>/messages")
def post_message(room_id: UUID) -> PageResponse:
    """Post a message without scripts."""
    form = Form(NewMessageSchema())
    values = {
        key: value for key, value in form.values.items() if key in ("body", "client_msg_id", "reply_to") and value
    }
    if form.attempt(say, room_id=room_id, values=values):
        return redirect(f"/rooms/{room_id}", code=303)
    return _room_page(room_id, form), form.status, form.headers


@pages.get("/rooms/<uuid:room_id>/members")
def members(room_id: UUID) -> str:
    """Show who is in a room I am in."""
    with read_context() as ctx:
        room = rooms_queries.room_view(ctx, room_id)
        page = room_members.room_members(ctx, room_id, cursor=request.args.get("cursor"))
    return render_template("rooms/members.html", room=room, page=page)


@pages.get("/rooms/<uuid:room_id>/join")
def before_joining(room_id: UUID) -> PageResponse:
    """Show a room before a member joins it: its rules, and the newest messages of an open room."""
    with read_context() as ctx:
        try:
            found = room_preview.room_preview(ctx, room_id)
        except NotFound:
            rooms_queries.room_view(ctx, room_id)
            return redirect(f"/rooms/{room_id}")
    return render_template("rooms/join.html", room=found.room, staff=found.staff, messages=found.messages)


@pages.post("/rooms/<uuid:room_id>/join")
def join(room_id: UUID) -> Response:
    """Join a room. Undo of leaving it also sends the settings that I had there."""
    names = ("last_read_seq", "muted_until", "shows_presence")
    values = RejoinSchema().load({name: request.form[name] for name in names if request.form.get(name)})
    settings = membership.MembershipSettings(**values) if values["last_read_seq"] is not None else None
    with unit_of_work() as uow:
        membership.join(uow, room_id=room_id, settings=settings)
    return redirect(f"/rooms/{room_id}", code=303)


@pages.post("/rooms/<uuid:room_id>/leave")
def leave(room_id: UUID) -> Response:
    """Leave a room. Rooms that the member may join again can be joined again at once."""
    with unit_of_work() as uow:
        name = rooms_queries.room_names(uow).get(room_id, "")
        settings = membership.leave(uow, room_id=room_id)
        may_return = rooms_queries.may_join_again(uow, room_id)
    if name and may_return and settings:
        kept = {name: value for name, value in RejoinSchema().dump(settings).items() if value is not None}
        flash_with_undo(f"You left {name}.", f"/rooms/{room_id}/join", **{key: str(one) for key, one in kept.items()})
    else:
        flash(f"You left {name}." if name else "You aren’t in that room anymore.")
    return redirect("/rooms", code=303)


@pages.route("/rooms/search", methods=["GET", "POST"])
def search() -> PageResponse:
    """Search for words. They are posted, and so are in no address, history or log."""
    form = Form(SearchSchema())
    values = {key: value for key, value in form.values.items() if key in ("words", "room_id", "cursor") and value}
    if request.method == "POST":
        form.attempt(_search, values=values)
    with read_context() as ctx:
        rooms = rooms_queries.room_names(ctx)
        chosen = form.value("room_id") or request.args.get("room_id", "")
    return render_template("rooms/search.html", form=form, page=form.result, rooms=rooms, chosen=chosen), form.status


def _search(**fields: Any) -> Page[SearchHit]:
    with read_context() as ctx:
        return search_queries.search_messages(ctx, **fields)


def _list_page(form: Form) -> str:
    with read_context() as ctx:
        mine, joinable = rooms_queries.my_rooms(ctx), rooms_queries.joinable_rooms(ctx)
    return render_template("rooms/list.html", my_rooms=mine, joinable=joinable, form=form)


def _way_to_day(room_id: UUID, text: str) -> Response:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise NotFound from error
    with read_context() as ctx:
        return redirect(message_url(room_id, search_queries.first_seq_on(ctx, room_id, day=day)))


def _room_page(room_id: UUID, form: Form) -> str:
    place = PlaceArgs().load({name: request.args[name] for name in ("at", "before", "line") if request.args.get(name)})
    with read_context() as ctx:
        rooms = rooms_queries.my_rooms(ctx)
        room = next((one for one in rooms if one.id == room_id), None) or rooms_queries.room_view(ctx, room_id)
        messages, oldest_seq = _part(ctx, room_id, at=place["at"], before=place["before"])
        pinned = pins.pinned_messages(ctx, room_id)
        may_moderate = ctx.actor.may(Permission.MODERATE_MESSAGES)
        unattended = rooms_queries.is_unattended(ctx, room)
        may_return = rooms_queries.may_join_again(ctx, room_id)
        measure = linked_pages.sanction_in(ctx, room_id)
        head = room_heads.of(ctx, kind=room.kind, room_id=room_id)
        staff = frozenset(coordinators(ctx.session, now=ctx.now))
        cry = None if request.args.get("calm") else messages_queries.recent_cry_for_help(ctx, messages)
    return render_template(
        "rooms/room.html",
        room=room,
        messages=messages,
        oldest_seq=oldest_seq,
        at=place["at"],
        pinned=pinned,
        rooms=rooms,
        may_moderate=may_moderate,
        may_return=may_return,
        staff=staff,
        unattended=unattended,
        sanction=measure,
        head=head,
        cry_id=cry,
        form=form,
        first_line=place["line"],
        fresh_id=str(random_id()),
    )


def _part(ctx: ReadContext, room_id: UUID, *, at: int | None, before: int | None) -> tuple[list[MessageView], int]:
    messages, _, oldest_seq = history.history(ctx, room_id=room_id, before_seq=before, limit=1 if at else 50)
    return (search_queries.messages_around(ctx, room_id, seq=at) if at else messages), oldest_seq
