"""Buddies' pages: what I look for in small steps, suggestions, my buddies; for coordinators, runs and mentors."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from community.buddies import actions, overview, pairing, queries, runs, suggesting
from community.buddies.forms import PARTS, WEEKDAYS, answers_of, shown_windows
from community.buddies.schemas import ChangeProfileSchema, EndSchema, NewRunSchema
from community.core.errors import Conflict, Malformed, NotFound
from community.core.unit_of_work import Reading
from community.core.web import Form, current_actor, reading, unit_of_work, web

pages = Blueprint("buddies", __name__)
Answered = str | tuple[str, int] | Response

STEPS = ("who", "when", "what", "wishes", "words")
ANSWERED = {
    "accepted_by_one": "Saved. If they say yes too, you both hear of it.",
    "matched": "You both said yes. Your room is open.",
    "declined": "Saved. Nobody is told.",
}


@pages.get("/buddy")
def overview_page() -> str:
    """My buddies, who is suggested to me, what I look for."""
    with reading() as look:
        return render_template(
            "buddies/buddy.html",
            profile=_profile(look),
            suggestions=queries.my_open_suggestions(look, sealer=web().sealer),
            buddies=queries.my_buddies(look),
        )


@pages.get("/buddy/suggestions/<uuid:suggestion_id>")
def suggestion(suggestion_id: UUID) -> str:
    """One suggestion."""
    with reading() as look:
        shown = queries.suggestion(look, suggestion_id, sealer=web().sealer)
    return render_template("buddies/suggestion.html", suggestion=shown)


@pages.post("/buddy/suggestions/<uuid:suggestion_id>")
def answer(suggestion_id: UUID) -> Answered:
    """Yes, or not this time."""
    verbs = {"accept": suggesting.accept, "decline": suggesting.decline}
    said = request.form.get("answer", "")
    if said not in verbs:
        raise Malformed("Say yes or not this time.")
    try:
        with unit_of_work() as uow:
            flash(ANSWERED[verbs[said](uow, suggestion_id=suggestion_id)])
    except Conflict as refusal:
        flash(refusal.detail)
        return redirect(f"/buddy/suggestions/{suggestion_id}", code=303)
    return redirect("/buddy", code=303)


@pages.get("/buddy/profile")
def profile() -> Answered:
    """What I look for, at a glance; for who has not said, the first step."""
    with reading() as look:
        shown = _profile(look)
    if shown is None:
        return redirect("/buddy/profile/who", code=303)
    return render_template("buddies/profile.html", profile=shown, weekdays=WEEKDAYS)


@pages.get("/buddy/profile/<any(who, when, what, wishes, words):step>")
def step(step: str) -> Answered:
    """One step of it."""
    return _step_page(step, Form())


@pages.post("/buddy/profile/<any(who, when, what, wishes, words):step>")
def save_step(step: str) -> Answered:
    """Keep one step and go on to the next."""
    form = Form(ChangeProfileSchema())

    def act(changes: dict[str, Any]) -> None:
        with unit_of_work() as uow:
            actions.save_profile(uow, changes=changes, sealer=web().sealer)

    if not form.attempt(act, values=answers_of(step, request.form)):
        return _step_page(step, form)
    following = STEPS[STEPS.index(step) + 1 :]
    flash("Saved.")
    return redirect(f"/buddy/profile/{following[0]}" if following else "/buddy/profile", code=303)


@pages.post("/buddy/pause")
def pause() -> Answered:
    """No new suggestions until it is taken back."""
    with unit_of_work() as uow:
        actions.pause(uow)
    flash("Paused. Your buddies stay, and nobody new is suggested.")
    return redirect("/buddy", code=303)


@pages.post("/buddy/pause/end")
def resume() -> Answered:
    """Suggestions are welcome again."""
    with unit_of_work() as uow:
        actions.resume(uow)
    flash("Suggestions are welcome again.")
    return redirect("/buddy", code=303)


@pages.get("/pairings/<uuid:pairing_id>")
def one_pairing(pairing_id: UUID) -> str:
    """Me and one buddy."""
    with reading() as look:
        return render_template("buddies/pairing.html", pairing=queries.pairing(look, pairing_id))


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


@pages.get("/console/buddies")
def console() -> Answered:
    """For coordinators: start a run, earlier runs, mentors, what to look into."""
    with reading() as look:
        return _console_page(look, Form())


@pages.post("/console/match-runs")
def start_run() -> Answered:
    """Start a match run, or a dry one that suggests nothing to anybody."""
    form = Form(NewRunSchema())
    started: list[UUID] = []

    def act(fields: dict[str, Any]) -> None:
        started.append(runs.start_and_wait(web().store, current_actor(), **fields)[0])

    if form.attempt(act, values={"dry_run": bool(request.form.get("dry_run"))}):
        return redirect(f"/console/match-runs/{started[0]}", code=303)
    with reading() as look:
        return _console_page(look, form)


@pages.get("/console/match-runs/<uuid:run_id>")
def one_run(run_id: UUID) -> Answered:
    """What a run found."""
    with reading() as look:
        return render_template("buddies/run.html", run=overview.run(look, run_id))


@pages.post("/console/mentors/<uuid:member_id>/approval")
def approve(member_id: UUID) -> Answered:
    """A member may be matched as a mentor."""
    with unit_of_work() as uow:
        actions.approve_mentor(uow, member_id=member_id)
    flash("Saved. They can be matched from the next run on.")
    return redirect("/console/buddies", code=303)


@pages.post("/console/mentors/<uuid:member_id>/approval/end")
def take_back_approval(member_id: UUID) -> Answered:
    """Not any more."""
    with unit_of_work() as uow:
        actions.take_back_approval(uow, member_id=member_id)
    flash("Saved. Nobody new is suggested to them; their buddies stay.")
    return redirect("/console/buddies", code=303)


@pages.post("/console/pairings/<uuid:pairing_id>/looked-into")
def look_into(pairing_id: UUID) -> Answered:
    """A coordinator has looked into it."""
    with unit_of_work() as uow:
        pairing.look_into(uow, pairing_id=pairing_id)
    flash("Saved.")
    return redirect("/console/buddies", code=303)


def _profile(look: Reading) -> queries.ProfileView | None:
    try:
        return queries.my_profile(look, sealer=web().sealer)
    except NotFound:
        return None


def _step_page(step: str, form: Form) -> Answered:
    with reading() as look:
        _ = look.actor
        shown = _profile(look)
    if shown is None and step != "who":
        return redirect("/buddy/profile/who", code=303)
    windows = shown_windows(request.form.getlist("availability") if form.errors else None, shown)
    page = render_template(
        f"buddies/step_{step}.html",
        form=form,
        profile=shown,
        step=step,
        number=STEPS.index(step) + 1,
        steps=len(STEPS),
        weekdays=WEEKDAYS,
        parts=PARTS,
        **windows,
    )
    return page, form.status


def _changed(pairing_id: UUID, verb: Any, said: str) -> Answered:
    try:
        with unit_of_work() as uow:
            verb(uow, pairing_id=pairing_id)
        flash(said)
    except pairing.PairingOver as over:
        flash(over.detail)
    return redirect(f"/pairings/{pairing_id}", code=303)


def _console_page(look: Reading, form: Form) -> Answered:
    page = render_template(
        "buddies/console.html",
        form=form,
        runs=overview.runs(look, cursor=None, limit=20).items,
        mentors=overview.mentors(look, cursor=None, limit=200).items,
        flagged=overview.flagged(look),
    )
    return page, form.status
