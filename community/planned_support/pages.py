"""Pages of planned support."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request

from community.check_ins.queries.recommendations import kind_label, recommendations_for
from community.core.web.forms import Form, PageResponse
from community.core.web.request_context import read_context, unit_of_work
from community.planned_support import actions, queries
from community.planned_support.rules import OFFERS
from community.planned_support.schemas import PlannedSupportSchema

pages = Blueprint("planned_support", __name__)


@pages.get("/hard-hours")
def planned_supports() -> PageResponse:
    """Show the times that I plan support for."""
    return _page(Form(PlannedSupportSchema()))


@pages.post("/hard-hours")
def plan_support() -> PageResponse:
    """Plan support for a tough time."""
    form = Form(PlannedSupportSchema())
    sort, _, number = str(form.value("day")).partition(":")
    values: dict[str, Any] = {
        "weekday": number if sort == "week" else None,
        "month_day": (form.value("month_day") or None) if sort == "month" else None,
        "begins": form.value("begins"),
        "ends": form.value("ends"),
        "words": form.value("words"),
        "kinds": request.form.getlist("kinds"),
    }
    if form.submit(actions.plan_support, values=values):
        flash("Saved. We’ll remind you when it starts. The reminder doesn’t say what it’s about.")
        return redirect("/hard-hours", code=303)
    return _page(form), form.status


@pages.get("/hard-hours/<uuid:hard_hour_id>")
def show_planned_support(hard_hour_id: UUID) -> str:
    """Show what I planned to have at this time."""
    with read_context() as ctx:
        mine = queries.my_planned_support(ctx, hard_hour_id)
        return render_template(
            "planned_support/planned_time.html", planned_time=mine, offers=recommendations_for(ctx, mine.kinds)
        )


@pages.post("/hard-hours/<uuid:hard_hour_id>/let-go")
def delete_planned_support(hard_hour_id: UUID) -> PageResponse:
    """Delete a planned time."""
    with unit_of_work() as uow:
        actions.delete_planned_support(uow, hard_hour_id=hard_hour_id)
    flash("Deleted.")
    return redirect("/hard-hours", code=303)


def _page(form: Form) -> str:
    with read_context() as ctx:
        mine = queries.my_planned_supports(ctx)
    return render_template(
        "planned_support/planned_times.html",
        form=form,
        planned_times=mine,
        chosen=request.form.getlist("kinds"),
        offers=[(kind, kind_label(kind)) for kind in OFFERS],
    )
