"""Pages of one message and its actions, which work without scripts."""

from uuid import UUID

from flask import flash, redirect, render_template, request
from werkzeug.wrappers import Response

from community.core.ids import random_id
from community.core.web.flashes import flash_with_undo
from community.core.web.forms import Form, PageResponse
from community.core.web.request_context import read_context, safe_redirect_path, unit_of_work
from community.notifications.queries import mutes
from community.rooms import access
from community.rooms.actions import membership_settings, pins, reactions
from community.rooms.actions import messages as messages_actions
from community.rooms.engine import mentions
from community.rooms.pages import message_url, pages
from community.rooms.queries import messages as messages_queries
from community.rooms.rules import messages
from community.rooms.schemas.messages import EditSchema


@pages.get("/messages/<uuid:message_id>")
def one_message(message_id: UUID) -> str:
    """Show a message, and everything I may do with it."""
    return _message_page(message_id, Form())


@pages.post("/messages/<uuid:message_id>/edit")
def edit(message_id: UUID) -> PageResponse:
    """Change the text of my message."""
    form = Form(EditSchema())

    def save(body: str) -> str:
        wanted = mentions.find_candidates(body)
        with unit_of_work() as uow:
            message = messages_actions.edit_message(uow, message_id=message_id, wanted=wanted, body=body)
            return message_url(message.room_id, message.seq)

    if form.attempt(save, values={"body": request.form.get("body", "")}):
        return redirect(form.result, code=303)
    return _message_page(message_id, form), form.status


@pages.post("/messages/<uuid:message_id>/remove")
def remove(message_id: UUID) -> Response:
    """Remove a message."""
    with unit_of_work() as uow:
        messages_actions.remove_message(uow, message_id=message_id)
    return redirect(safe_redirect_path(request.form.get("next") or "/rooms"), code=303)


@pages.post("/messages/<uuid:message_id>/signs")
def react(message_id: UUID) -> Response:
    """Add my emoji to a message, or remove it."""
    emoji = request.form.get("emoji", "").strip()
    if messages.canonical_emoji(emoji) is None:
        flash("Use one emoji.")
        return redirect(f"/messages/{message_id}", code=303)
    with unit_of_work() as uow:
        if messages.canonical_emoji(emoji) in access.own_reactions(uow, access.message_to_see(uow, message_id)):
            message = reactions.take_back_reaction(uow, message_id=message_id, emoji=emoji)
        else:
            message = reactions.react(uow, message_id=message_id, emoji=emoji)
    return redirect(message_url(message.room_id, message.seq), code=303)


@pages.post("/messages/<uuid:message_id>/pin")
def pin(message_id: UUID) -> Response:
    """Pin a message."""
    with unit_of_work() as uow:
        message = pins.pin(uow, message_id=message_id)
    return redirect(message_url(message.room_id, message.seq), code=303)


@pages.post("/messages/<uuid:message_id>/unpin")
def unpin(message_id: UUID) -> Response:
    """Unpin a message."""
    with unit_of_work() as uow:
        message = pins.unpin(uow, message_id=message_id)
    return redirect(message_url(message.room_id, message.seq), code=303)


@pages.post("/messages/<uuid:message_id>/unread")
def mark_unread(message_id: UUID) -> Response:
    """Mark a message and all after it as unread."""
    with unit_of_work() as uow:
        message = access.message_to_see(uow, message_id)
        last_read_seq = access.membership(uow, message.room_id).last_read_seq
        membership_settings.mark_unread(uow, room_id=message.room_id, seq=message.seq)
    flash_with_undo("Marked as unread.", f"/rooms/{message.room_id}/read", seq=str(last_read_seq))
    return redirect("/rooms", code=303)


def _message_page(message_id: UUID, form: Form) -> str:
    with read_context() as ctx:
        shown = messages_queries.message_details(ctx, message_id)
        author = shown.message.author
        mute = mutes.my_mute(ctx, author.id) if author else None
    return render_template("rooms/message.html", shown=shown, mute=mute, form=form, fresh_id=str(random_id()))
