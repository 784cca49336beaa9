"""Pages of conversations: the composer for a member, the list for coordinators, and changes of one."""

from functools import partial
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request

from community.conversations import actions, queries, rules
from community.conversations.api import take_over, write_first
from community.conversations.schemas import FirstMessageSchema
from community.core.ids import random_id
from community.core.web.forms import Form, PageResponse
from community.core.web.request_context import read_context, unit_of_work
from community.core.web.template_context import paging

pages = Blueprint("conversations", __name__)


@pages.get("/console/conversations")
def open_conversations() -> str:
    """Show the open conversations."""
    with read_context() as ctx:
        page = queries.conversations(ctx, **paging())
    return render_template("conversations/list.html", conversations=page.items, next_cursor=page.next_cursor)


@pages.get("/console/members/<uuid:member_id>/write")
def composer(member_id: UUID) -> PageResponse:
    """Show the composer for a member, with a suggested first line that fits `?about=`."""
    return _composer_page(member_id, Form())


@pages.post("/console/members/<uuid:member_id>/write")
def write(member_id: UUID) -> PageResponse:
    """Send the first message: the conversation is opened, and the member is notified."""
    form = Form(FirstMessageSchema())
    values = {key: form.value(key) for key in ("body", "client_msg_id")} | {"is_urgent": bool(form.value("is_urgent"))}
    if form.attempt(partial(write_first, member_id), values=values):
        return redirect(f"/rooms/{form.result}", code=303)
    return _composer_page(member_id, form), form.status, form.headers


@pages.post("/console/members/<uuid:member_id>/conversation")
def open_conversation(member_id: UUID) -> PageResponse:
    """Open the conversation with a member and go to its room."""
    with unit_of_work() as uow:
        room = actions.open_conversation(uow, member_id=member_id)
    return redirect(f"/rooms/{room.room_id}", code=303)


@pages.post("/console/conversations/<uuid:room_id>/owner")
def own(room_id: UUID) -> PageResponse:
    """Answer this conversation from now on."""
    take_over(room_id)
    return redirect(f"/rooms/{room_id}", code=303)


@pages.post("/console/conversations/<uuid:room_id>/closing")
def close(room_id: UUID) -> PageResponse:
    """Close a conversation."""
    with unit_of_work() as uow:
        actions.close(uow, room_id=room_id)
    flash("Closed. If they write again, it opens again.")
    return redirect("/console/today", code=303)


def _composer_page(member_id: UUID, form: Form) -> str:
    about = request.args.get("about", "")
    with read_context() as ctx:
        recipient = queries.recipient(ctx, member_id)
        line = rules.first_line(about, member=recipient.handle, coordinator=ctx.actor.handle)
    return render_template(
        "conversations/write.html",
        recipient=recipient,
        form=form,
        about=about,
        first_line=line,
        max_length=rules.MAX_FIRST_MESSAGE,
        fresh_id=str(random_id()),
    )
