"""Pages of reach-outs: the crisis lines, the steps of a request, the responder's page, and availability."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request

from community.core.errors import Conflict, NotFound, ValidationFailed
from community.core.unit_of_work import ReadContext, UnitOfWork
from community.core.web.forms import Form, PageResponse
from community.core.web.request_context import read_context, services, unit_of_work
from community.reach_outs.actions import feedback, reach_outs
from community.reach_outs.queries import own_requests
from community.reach_outs.queries import reach_outs as queries
from community.reach_outs.schemas import FeedbackSchema, ReachOutCloseSchema, ReachOutRequestSchema

pages = Blueprint("reach_outs", __name__)


CHANGES = {
    "advance": reach_outs.advance_as_member,
    "reading": reach_outs.mark_seen,
    "pass": reach_outs.decline,
    "claim": reach_outs.claim,
    "again": reach_outs.replace_responder,
}
HOURS = ("1", "3", "8")


@pages.get("/reach-out")
def reach_out() -> PageResponse:
    """Show the crisis lines and the form, or redirect to the open reach-out."""
    with read_context() as ctx:
        mine = own_requests.my_open_request(ctx) if ctx.actor else None
    if mine is not None:
        return redirect(f"/reach-outs/{mine}")
    return _render_new(Form())


@pages.post("/reach-out")
def request_help() -> PageResponse:
    """Open a reach-out. The help panel of every page posts here; its script adds seconds in which one can stop it."""
    form = Form(ReachOutRequestSchema())
    values = {"note": request.form.get("note", ""), "delay_seconds": request.form.get("delay_seconds") or "0"}
    if form.submit(reach_outs.request_help, values=values):
        return redirect(f"/reach-outs/{form.result[0].id}", code=303)
    return _render_new(form), form.status, form.headers


@pages.get("/reach-outs/<uuid:reach_out_id>")
def show_reach_out(reach_out_id: UUID) -> str:
    """Show a reach-out of mine, or one that I was asked for."""
    with read_context() as ctx:
        one = queries.reach_out(ctx, reach_out_id)
    return render_template(
        "reach_outs/reach_out.html" if one.role == "asker" else "reach_outs/respond.html", reach_out=one
    )


@pages.post("/reach-outs/<uuid:reach_out_id>/<any(advance, reading, pass, claim, again):what>")
def change_reach_out(reach_out_id: UUID, what: str) -> PageResponse:
    """Advance, read, decline or claim a reach-out, or ask others again."""
    try:
        with unit_of_work() as uow:
            CHANGES[what](uow, reach_out_id=reach_out_id)
    except Conflict as refusal:
        flash(refusal.detail)
    return redirect(f"/reach-outs/{reach_out_id}", code=303)


@pages.post("/reach-outs/<uuid:reach_out_id>/close")
def close_reach_out(reach_out_id: UUID) -> PageResponse:
    """Close a reach-out."""
    form = Form(ReachOutCloseSchema())
    values = {"ending": request.form.get("ending", "okay")}
    _submit(form, reach_outs.close, reach_out_id=reach_out_id, values=values)
    return redirect(f"/reach-outs/{reach_out_id}", code=303)


@pages.post("/reach-outs/<uuid:reach_out_id>/answer")
def record_feedback(reach_out_id: UUID) -> PageResponse:
    """Record the answer to the closing question."""
    form = Form(FeedbackSchema())
    values = {"answer": request.form.get("answer", "")}
    if _submit(form, feedback.record_feedback, reach_out_id=reach_out_id, values=values):
        talks = form.value("answer") == "talk"
        flash("A coordinator will write to you here. We’ll tell you when they do." if talks else "Saved.")
    return redirect(f"/reach-outs/{reach_out_id}", code=303)


@pages.get("/reach-out/others")
def availability_page() -> PageResponse:
    """Show my availability as a responder."""
    return _render_availability(Form())


@pages.post("/reach-out/others")
def set_availability() -> PageResponse:
    """Set my availability for some hours, or end it, and whether I may be woken."""
    form = Form()

    def save(uow: UnitOfWork) -> None:
        hours = str(form.value("hours"))
        if hours not in (*HOURS, "0", "keep"):
            raise ValidationFailed(errors={"hours": ["Choose for how long."]})
        until = services().clock() + timedelta(hours=int(hours)) if hours in HOURS else None
        reach_outs.set_availability(uow, until=until, overrides_quiet_hours=bool(form.value("wakes")))

    if not form.submit(save):
        return _render_availability(form), form.status
    flash("Saved.")
    return redirect("/reach-out/others", code=303)


def _render_new(form: Form) -> str:
    with read_context() as ctx:
        has_buddy = own_requests.has_buddy(ctx)
    return render_template("reach_outs/new.html", form=form, has_buddy=has_buddy)


def _render_availability(form: Form) -> str:
    with read_context() as ctx:
        ready = queries.my_availability(ctx)
    return render_template("reach_outs/availability.html", availability=ready, form=form)


def _submit(form: Form, action: Callable[..., object], **arguments: Any) -> bool:
    """Submit the form, or flash its first error. Raises NotFound."""
    if form.submit(action, **arguments):
        return True
    if form.status == 404:
        raise NotFound
    flash(form.first_error)
    return False


def page_facts(ctx: ReadContext) -> Mapping[str, Any]:
    """Return what base.html shows on every page: requests to the actor, and the actor's own open reach-outs."""
    return {
        "asked_of_me": own_requests.requests_to_me(ctx),
        "my_reach_outs": own_requests.my_open_requests(ctx),
    }
