"""Reaching out: the lines first, then each step with its time; and the page of who is asked."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request

from community.care.actions import answering, reaching
from community.care.pages import Answered, pages
from community.care.queries import reach_outs
from community.care.schemas.reach_outs import ClosingAnswerSchema, ReachOutCloseSchema, ReachSchema
from community.core.errors import Conflict, Invalid, NotFound
from community.core.web.forms import Form
from community.core.web.request_context import reading, unit_of_work, web

VERBS = {
    "advance": reaching.advance,
    "reading": reaching.read,
    "pass": reaching.pass_on,
    "claim": reaching.claim,
    "again": reaching.ask_again,
}
HOURS = ("1", "3", "8")


@pages.get("/reach-out")
def ask_page() -> Answered:
    """The lines, and asking for somebody here; where one is asked for already, that."""
    with reading() as ctx:
        mine = reach_outs.own_that_goes_on(ctx) if ctx.actor else None
    if mine is not None:
        return redirect(f"/reach-outs/{mine}")
    return render_template("care/reach_out.html", form=Form())


@pages.post("/reach-out")
def ask() -> Answered:
    """Ask for a person now: one tap in the help panel of every page posts here."""
    form = Form(ReachSchema())
    asked: list[UUID] = []

    def act(fields: dict[str, Any]) -> None:
        with unit_of_work() as uow:
            asked.append(reaching.ask_for_somebody(uow, sealer=web().sealer, **fields)[0].id)

    if form.attempt(act, values={"note": request.form.get("note", "")}):
        return redirect(f"/reach-outs/{asked[0]}", code=303)
    return render_template("care/reach_out.html", form=form), form.status, form.headers


@pages.get("/reach-outs/<uuid:reach_out_id>")
def one_reach_out(reach_out_id: UUID) -> str:
    """Mine, or one that I was asked for."""
    with reading() as ctx:
        one = reach_outs.reach_out(ctx, reach_out_id, sealer=web().sealer)
    return render_template("care/ladder.html" if one.role == "asker" else "care/come.html", one=one)


@pages.post("/reach-outs/<uuid:reach_out_id>/<any(advance, reading, pass, claim, again):what>")
def change_reach_out(reach_out_id: UUID, what: str) -> Answered:
    """Go on with what is due, look at it, come, not come, or ask others after all."""
    try:
        with unit_of_work() as uow:
            VERBS[what](uow, reach_out_id=reach_out_id)
    except Conflict as refusal:
        flash(refusal.detail)
    return redirect(f"/reach-outs/{reach_out_id}", code=303)


@pages.post("/reach-outs/<uuid:reach_out_id>/close")
def close_reach_out(reach_out_id: UUID) -> Answered:
    """It is over."""
    form = Form(ReachOutCloseSchema())

    def act(fields: dict[str, Any]) -> None:
        with unit_of_work() as uow:
            reaching.close(uow, reach_out_id=reach_out_id, **fields)

    _attempt(form, act, {"ending": request.form.get("ending", "okay")})
    return redirect(f"/reach-outs/{reach_out_id}", code=303)


@pages.post("/reach-outs/<uuid:reach_out_id>/answer")
def answer_question(reach_out_id: UUID) -> Answered:
    """The one question at the end."""
    form = Form(ClosingAnswerSchema())

    def act(fields: dict[str, Any]) -> None:
        with unit_of_work() as uow:
            answering.answer(uow, reach_out_id=reach_out_id, sealer=web().sealer, **fields)

    if _attempt(form, act, {"answer": request.form.get("answer", "")}):
        talks = form.value("answer") == "talk"
        flash("A coordinator will write to you." if talks else "Saved. Thank you.")
    return redirect(f"/reach-outs/{reach_out_id}", code=303)


@pages.get("/reach-out/others")
def others() -> Answered:
    """Being there for others."""
    return _others_page(Form())


@pages.post("/reach-out/others")
def be_available() -> Answered:
    """Be free for some hours, or no longer; and whether one may be woken for it."""
    form = Form()

    def act(_fields: dict[str, Any]) -> None:
        hours = str(form.value("hours"))
        if hours not in (*HOURS, "0", "keep"):
            raise Invalid(errors={"hours": ["Choose for how long."]})
        until = web().clock() + timedelta(hours=int(hours)) if hours in HOURS else None
        with unit_of_work() as uow:
            answering.be_available(uow, until=until, wakes=bool(form.value("wakes")))

    if not form.attempt(act):
        return _others_page(form), form.status
    flash("Saved.")
    return redirect("/reach-out/others", code=303)


def _others_page(form: Form) -> str:
    with reading() as ctx:
        ready = reach_outs.readiness(ctx)
    return render_template("care/others.html", ready=ready, form=form)


def _attempt(form: Form, act: Any, values: dict[str, str]) -> bool:
    """Try it; say what is wrong on the page it leads to."""
    if form.attempt(act, values=values):
        return True
    if form.status == 404:
        raise NotFound
    flash(next(iter(form.errors.values()), [form.detail])[0])
    return False
