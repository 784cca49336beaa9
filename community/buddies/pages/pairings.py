"""Me and one buddy."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request

from community.buddies.actions import pairing
from community.buddies.pages.doors import Answered, pages
from community.buddies.queries import pairings
from community.buddies.schemas.pairings import EndSchema
from community.core.errors import NotFound
from community.core.web import Form, reading, unit_of_work


@pages.get("/pairings/<uuid:pairing_id>")
def one_pairing(pairing_id: UUID) -> str:
    """Me and one buddy."""
    with reading() as look:
        return render_template("buddies/pairing.html", pairing=pairings.pairing(look, pairing_id))


@pages.post("/pairings/<uuid:pairing_id>/pause")
def pause_pairing(pairing_id: UUID) -> Answered:
    """Take a break."""
    return _changed(pairing_id, pairing.pause, "Paused. You stay buddies.")


@pages.post("/pairings/<uuid:pairing_id>/resume")
def resume_pairing(pairing_id: UUID) -> Answered:
    """Go on."""
    return _changed(pairing_id, pairing.resume, "You go on together.")


@pages.post("/pairings/<uuid:pairing_id>/end")
def end_pairing(pairing_id: UUID) -> Answered:
    """End it; with the box ticked, because it was not safe."""
    form = Form(EndSchema())
    values = {"reason": "safety" if request.form.get("unsafe") else request.form.get("reason") or "left"}

    def act(fields: dict[str, Any]) -> None:
        with unit_of_work() as uow:
            pairing.end(uow, pairing_id=pairing_id, **fields)

    if not form.attempt(act, values=values):
        if form.status == 404:
            raise NotFound
        flash(form.detail)
    elif values["reason"] == "safety":
        flash("It is ended, and you are kept apart everywhere. A coordinator looks into it.")
    else:
        flash("It is ended. You can have a new suggestion when you want one.")
    return redirect("/buddy", code=303)


def _changed(pairing_id: UUID, verb: Any, said: str) -> Answered:
    try:
        with unit_of_work() as uow:
            verb(uow, pairing_id=pairing_id)
        flash(said)
    except pairing.PairingOver as over:
        flash(over.detail)
    return redirect(f"/pairings/{pairing_id}", code=303)
