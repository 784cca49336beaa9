"""Pages of onboarding: the newcomer's choices, and the page of greeters and companions."""

from functools import partial
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request

from community.core.errors import Conflict
from community.core.ids import random_id
from community.core.permissions import Permission
from community.core.web.forms import Form, PageResponse
from community.core.web.request_context import read_context, unit_of_work
from community.onboarding import actions, queries, rules
from community.onboarding.api import say_hello
from community.onboarding.schemas import MAX_GREETING, GreetingSchema, NewcomerRoomSchema
from community.rooms.queries.public import open_rooms

pages = Blueprint("onboarding", __name__)


@pages.post("/first-days/door/<uuid:occurrence_id>")
def request_companion(occurrence_id: UUID) -> PageResponse:
    """Go to an occurrence and ask for a companion there."""
    try:
        with unit_of_work() as uow:
            actions.request_companion(uow, occurrence_id=occurrence_id)
        flash("You're going. We'll look for someone to meet you at the door, and tell you who it is.")
    except Conflict as refusal:
        flash(refusal.detail)
    return redirect("/", code=303)


@pages.post("/first-days/hide")
def hide_onboarding() -> PageResponse:
    """Hide my onboarding."""
    with unit_of_work() as uow:
        actions.hide_onboarding(uow)
    flash("Your first days are hidden.")
    return redirect("/", code=303)


@pages.get("/welcome")
def newcomers() -> str:
    """Show the newcomers I say hello to, and those I could meet at the door."""
    return _newcomers_page(Form())


@pages.post("/welcome")
def set_greeter_offer() -> PageResponse:
    """Offer to greet newcomers, or end the offer."""
    offers = request.form.get("offers") == "1"
    with unit_of_work() as uow:
        actions.set_greeter_offer(uow, offers=offers)
    flash("Thank you. We'll tell you when it's your turn." if offers else "We won't ask you anymore.")
    return redirect("/welcome", code=303)


@pages.post("/welcome/room")
def choose_newcomer_room() -> PageResponse:
    """Choose the room in which newcomers begin."""
    form = Form(NewcomerRoomSchema())
    if form.submit(actions.choose_newcomer_room, values={"room_id": form.value("room_id") or None}):
        flash("Saved. New members start there.")
        return redirect("/welcome", code=303)
    return _newcomers_page(form), form.status, form.headers


@pages.post("/welcome/<uuid:member_id>/hello")
def greet(member_id: UUID) -> PageResponse:
    """Say hello in a room of the two of us. Without words only the room is opened."""
    form = Form(GreetingSchema())
    if form.attempt(partial(say_hello, member_id)):
        return redirect(f"/rooms/{form.result}", code=303)
    return _newcomers_page(form), form.status, form.headers


@pages.post("/welcome/<uuid:member_id>/door")
def become_companion(member_id: UUID) -> PageResponse:
    """Become the companion of a newcomer."""
    try:
        with unit_of_work() as uow:
            actions.become_companion(uow, member_id=member_id)
        flash("Thank you. We told them that you'll meet them at the door.")
    except Conflict as refusal:
        flash(refusal.detail)
    return redirect("/welcome#doors", code=303)


def _newcomers_page(form: Form) -> str:
    with read_context() as ctx:
        greeter = queries.my_newcomers(ctx)
        rooms = open_rooms(ctx) if ctx.actor.may(Permission.WELCOME_NEWCOMERS) else None
        greetings = {
            one.member_id: rules.suggested_greeting(newcomer=one.handle, greeter=ctx.actor.handle)
            for one in greeter.mine
        }
    return render_template(
        "onboarding/newcomers.html",
        form=form,
        greeter=greeter,
        rooms=rooms,
        suggested_greetings=greetings,
        fresh_id=str(random_id()),
        max_length=MAX_GREETING,
    )
