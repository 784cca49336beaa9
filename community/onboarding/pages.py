"""Pages of onboarding: the newcomer's choices, and the page of greeters and companions."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request

from community.core.errors import Conflict
from community.core.web.forms import PageResponse
from community.core.web.request_context import read_context, unit_of_work
from community.onboarding import actions, queries

pages = Blueprint("onboarding", __name__)


@pages.post("/first-days/door/<uuid:occurrence_id>")
def request_companion(occurrence_id: UUID) -> PageResponse:
    """Go to an occurrence and ask for a companion there."""
    try:
        with unit_of_work() as uow:
            actions.request_companion(uow, occurrence_id=occurrence_id)
        flash("You are down for it. We ask who goes there to meet you at the door.")
    except Conflict as refusal:
        flash(refusal.detail)
    return redirect("/", code=303)


@pages.post("/first-days/hide")
def hide_onboarding() -> PageResponse:
    """Hide my onboarding."""
    with unit_of_work() as uow:
        actions.hide_onboarding(uow)
    flash("It is put away.")
    return redirect("/", code=303)


@pages.get("/welcome")
def newcomers() -> str:
    """Show the newcomers whom I greet, and those whom I could accompany."""
    with read_context() as ctx:
        return render_template("onboarding/newcomers.html", greeter=queries.my_newcomers(ctx))


@pages.post("/welcome")
def set_greeter_offer() -> PageResponse:
    """Offer to greet newcomers, or end the offer."""
    offers = request.form.get("offers") == "1"
    with unit_of_work() as uow:
        actions.set_greeter_offer(uow, offers=offers)
    flash("Thank you. We tell you when it is your turn." if offers else "You are not asked any more.")
    return redirect("/welcome", code=303)


@pages.post("/welcome/<uuid:member_id>/hello")
def greet(member_id: UUID) -> PageResponse:
    """Open the room of the two of us."""
    with unit_of_work() as uow:
        room_id = actions.greet(uow, member_id=member_id).hello_room_id
    return redirect(f"/rooms/{room_id}", code=303)


@pages.post("/welcome/<uuid:member_id>/door")
def become_companion(member_id: UUID) -> PageResponse:
    """Become the companion of a newcomer."""
    try:
        with unit_of_work() as uow:
            actions.become_companion(uow, member_id=member_id)
        flash("Thank you. They know that you wait for them.")
    except Conflict as refusal:
        flash(refusal.detail)
    return redirect("/welcome#doors", code=303)
