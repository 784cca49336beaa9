"""Pages of one pairing."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request

from community.buddies.actions import pairings as pairings_actions
from community.buddies.actions import stand_ins as stand_ins_actions
from community.buddies.actions import trial_review
from community.buddies.pages import pages
from community.buddies.queries import pairings, stand_ins
from community.buddies.schemas.pairings import ChoiceSchema, EndSchema, PhoneSchema
from community.core.errors import BadRequest, Conflict, NotFound
from community.core.unit_of_work import UnitOfWork
from community.core.web.flashes import flash_with_undo
from community.core.web.forms import Form, PageResponse
from community.core.web.request_context import read_context, unit_of_work


@pages.get("/pairings/<uuid:pairing_id>")
def one_pairing(pairing_id: UUID) -> str:
    """Show a pairing."""
    with read_context() as ctx:
        return render_template(
            "buddies/pairing.html",
            pairing=pairings.pairing(ctx, pairing_id),
            phones=pairings.phones(ctx, pairing_id),
            stand_in=stand_ins.my_day(ctx, pairing_id),
            is_away_today=stand_ins.is_away_today(ctx, pairing_id),
        )


@pages.post("/pairings/<uuid:pairing_id>/choice")
def choose(pairing_id: UUID) -> PageResponse:
    """Answer in private whether the two stay buddies."""
    form = Form(ChoiceSchema())
    values = {"choice": request.form.get("choice", "")}
    if not form.submit(trial_review.record_review, pairing_id=pairing_id, values=values):
        if form.status == 404:
            raise NotFound
        flash("Choose one of the three answers." if form.errors else form.detail)
        return redirect(f"/pairings/{pairing_id}", code=303)
    ended = form.result.ended_at
    flash(
        "You two are no longer buddies. Nobody finds out who said what."
        if ended
        else "Saved. Only you can see your answer."
    )
    return redirect("/buddy" if ended else f"/pairings/{pairing_id}", code=303)


@pages.post("/pairings/<uuid:pairing_id>/phone")
def share_phone(pairing_id: UUID) -> PageResponse:
    """Share the actor's number, shown as soon as both do."""
    form = Form(PhoneSchema())

    def share(uow: UnitOfWork, number: str) -> str | None:
        pairings_actions.share_phone(uow, pairing_id=pairing_id, number=number)
        return pairings.phones(uow, pairing_id).theirs

    if form.submit(share, values={"number": request.form.get("number", "")}):
        flash(
            "You can see each other’s number now."
            if form.result
            else "Saved. You’ll see each other’s number when you both share."
        )
    elif form.status == 404:
        raise NotFound
    else:
        flash(form.error("number") or form.detail)
    return redirect(f"/pairings/{pairing_id}#phone", code=303)


@pages.post("/pairings/<uuid:pairing_id>/phone/end")
def take_back_phone(pairing_id: UUID) -> PageResponse:
    """Stop sharing the number."""
    return _changed(pairing_id, pairings_actions.take_back_phone, "Done. You no longer see each other’s number.")


@pages.post("/buddy/cannot-today")
def cannot_today() -> PageResponse:
    """Announce to the actor's buddies that they are away today."""
    with unit_of_work() as uow:
        count = stand_ins_actions.cannot_today(uow)
    said = "Your buddy knows. Rest well." if count < 2 else "Your buddies know. Rest well."
    flash_with_undo(said, "/buddy/can-today")
    return redirect("/buddy", code=303)


@pages.post("/buddy/can-today")
def can_today() -> PageResponse:
    """Undo it: the actor can be there today after all."""
    with unit_of_work() as uow:
        count = stand_ins_actions.can_today(uow)
    flash("You’re there today after all." if count else "Someone is helping today. They’ll stay until the day is over.")
    return redirect("/buddy", code=303)


@pages.get("/buddy/days/<uuid:stand_in_id>")
def day(stand_in_id: UUID) -> str:
    """Show a day on which the actor's buddy is away, or for which the actor is asked to stand in."""
    with read_context() as ctx:
        return render_template("buddies/stand_in.html", stand_in=stand_ins.day(ctx, stand_in_id))


@pages.post("/buddy/days/<uuid:stand_in_id>")
def answer_day(stand_in_id: UUID) -> PageResponse:
    """Ask for a stand-in, or stand in."""
    verbs = {"want": stand_ins_actions.request_cover, "claim": stand_ins_actions.claim}
    said = request.form.get("answer", "")
    if said not in verbs:
        raise BadRequest("Choose one of the answers.")
    try:
        with unit_of_work() as uow:
            row = verbs[said](uow, stand_in_id=stand_in_id)
    except Conflict as refusal:
        flash(refusal.detail)
        return redirect("/buddy", code=303)
    if said == "claim":
        return redirect(f"/rooms/{row.room_id}", code=303)
    flash("We’re asking others. We’ll tell you when someone says yes.")
    return redirect(f"/buddy/days/{stand_in_id}", code=303)


@pages.post("/pairings/<uuid:pairing_id>/pause")
def pause_pairing(pairing_id: UUID) -> PageResponse:
    """Pause a pairing."""
    return _changed(pairing_id, pairings_actions.pause, "You’re taking a break. You’re still buddies.")


@pages.post("/pairings/<uuid:pairing_id>/resume")
def resume_pairing(pairing_id: UUID) -> PageResponse:
    """End the pause of a pairing."""
    return _changed(pairing_id, pairings_actions.resume, "Welcome back. You’re buddies as before.")


@pages.post("/pairings/<uuid:pairing_id>/end")
def end_pairing(pairing_id: UUID) -> PageResponse:
    """End a pairing; with the box ticked, because it was not safe."""
    form = Form(EndSchema())
    values = {"reason": "safety" if request.form.get("unsafe") else request.form.get("reason") or "left"}
    if not form.submit(pairings_actions.end, pairing_id=pairing_id, values=values):
        if form.status == 404:
            raise NotFound
        flash(form.detail)
    elif values["reason"] == "safety":
        flash("It’s over, and you won’t see each other anywhere here. A coordinator will check what happened.")
    else:
        flash("You’re no longer buddies. We can look for someone new whenever you’re ready.")
    return redirect("/buddy", code=303)


def _changed(pairing_id: UUID, verb: Any, said: str) -> PageResponse:
    try:
        with unit_of_work() as uow:
            verb(uow, pairing_id=pairing_id)
        flash(said)
    except pairings_actions.PairingOver as over:
        flash(over.detail)
    return redirect(f"/pairings/{pairing_id}", code=303)
