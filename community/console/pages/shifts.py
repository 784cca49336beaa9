"""Pages of shifts: the rota, hand-over, drills, and waiting times."""

from collections.abc import Callable
from uuid import UUID

from flask import flash, redirect, render_template, request

from community.console.pages import pages
from community.console.queries import tasks as queries
from community.core.errors import Conflict, NotFound
from community.core.time_zones import time_zones
from community.core.web.forms import Form, PageResponse
from community.core.web.request_context import audit_facts, read_context, unit_of_work
from community.members.queries.staff_notes import notes_for_handover
from community.reach_outs.actions import drills
from community.reach_outs.queries import response_times
from community.safety.queries import cases as safety_queries
from community.shifts import actions
from community.shifts import queries as shifts_queries
from community.shifts.schemas import PlanShiftSchema, ShiftNotesSchema

VERBS: dict[str, Callable[..., object]] = {
    "offer": actions.offer_shift,
    "keep": actions.withdraw_offer,
    "take": actions.take_shift,
    "drop": actions.remove_shift,
}
SAID = {
    "offer": "Offered. We’ve told the other coordinators.",
    "keep": "You’re keeping this shift.",
    "take": "This shift is yours now.",
    "drop": "Shift removed.",
}


@pages.get("/console/shifts")
def rota_page() -> PageResponse:
    """Show the rota, open tasks and the figures."""
    return _page(Form())


@pages.post("/console/shifts")
def plan() -> PageResponse:
    """Plan a shift, or the same shift in each of several weeks."""
    form = Form(PlanShiftSchema())
    values = {key: value for key, value in form.values.items() if key != "csrf_token" and value != ""}
    if not form.submit(actions.plan_shifts, values=values):
        return _page(form), form.status
    flash("Planned.")
    return redirect("/console/shifts", code=303)


@pages.post("/console/shifts/<uuid:shift_id>/<any(offer, keep, take, drop):what>")
def change(shift_id: UUID, what: str) -> PageResponse:
    """Offer a shift, keep it, take another's, or remove one."""
    more = {"following": True} if what == "drop" and request.form.get("following") else {}
    try:
        with unit_of_work() as uow:
            VERBS[what](uow, shift_id=shift_id, **more)
        flash(SAID[what])
    except Conflict as refusal:
        flash(refusal.detail)
    return redirect("/console/shifts", code=303)


@pages.post("/console/shifts/<uuid:shift_id>/notes")
def leave_notes(shift_id: UUID) -> PageResponse:
    """Save notes for the next coordinator on shift."""
    form = Form(ShiftNotesSchema())
    if form.submit(actions.save_notes, shift_id=shift_id, values={"notes": request.form.get("notes", "")}):
        flash("Saved. The next person on call sees it here.")
    elif form.status == 404:
        raise NotFound
    else:
        flash(form.error("notes") or form.detail)
    return redirect("/console/shifts#hand-over", code=303)


@pages.post("/console/drills")
def drill() -> PageResponse:
    """Start a drill: check now whether the coordinators on call can be reached."""
    with unit_of_work() as uow:
        drills.start_drill(uow)
    flash("We’re asking the person on call now. We don’t tell anyone else.")
    return redirect("/console/shifts#drills", code=303)


def _page(form: Form) -> str:
    with read_context() as ctx:
        notes = notes_for_handover(ctx)
        audit_facts(notes=len(notes))
        return render_template(
            "console/shifts.html",
            notes=notes,
            form=form,
            rota=shifts_queries.shift_schedule(ctx),
            colleagues=shifts_queries.schedulable_coordinators(ctx),
            going_on=response_times.open_reach_outs(ctx),
            cases=safety_queries.count_open_cases(ctx),
            tasks=queries.today(ctx).to_do,
            figures=response_times.response_times(ctx),
            drills=response_times.recent_drills(ctx),
            time_zones=time_zones(),
        )
