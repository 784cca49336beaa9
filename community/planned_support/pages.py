"""Pages of planned support."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request

from community.check_ins.queries.recommendations import short_name
from community.core.web.forms import Form, PageResponse
from community.core.web.request_context import read_context, unit_of_work
from community.planned_support import actions, queries
from community.planned_support.rules import OFFERS
from community.planned_support.schemas import HardHourSchema

pages = Blueprint("planned_support", __name__)


@pages.get("/hard-hours")
def hard_hours() -> PageResponse:
    """The times that I plan for."""
    return _page(Form(HardHourSchema()))


@pages.post("/hard-hours")
def plan_for() -> PageResponse:
    """Plan for one."""
    form = Form(HardHourSchema())
    sort, _, number = str(form.value("day")).partition(":")
    values: dict[str, Any] = {
        "weekday": number if sort == "week" else None,
        "month_day": (form.value("month_day") or None) if sort == "month" else None,
        "begins": form.value("begins"),
        "ends": form.value("ends"),
        "words": form.value("words"),
        "kinds": request.form.getlist("kinds"),
    }

    def act(fields: dict[str, Any]) -> None:
        with unit_of_work() as uow:
            actions.plan_for(uow, **fields)

    if form.attempt(act, values=values):
        flash("Planned. You hear of it when it begins, in neutral words.")
        return redirect("/hard-hours", code=303)
    return _page(form), form.status


@pages.get("/hard-hours/<uuid:hard_hour_id>")
def one_hard_hour(hard_hour_id: UUID) -> str:
    """What I planned to have at this time."""
    with read_context() as ctx:
        mine = queries.my_hard_hour(ctx, hard_hour_id)
        return render_template("planned_support/planned_time.html", hour=mine, offers=queries.offered(ctx, mine))


@pages.post("/hard-hours/<uuid:hard_hour_id>/let-go")
def let_go(hard_hour_id: UUID) -> PageResponse:
    """Plan for it no more."""
    with unit_of_work() as uow:
        actions.delete(uow, hard_hour_id=hard_hour_id)
    flash("Taken away.")
    return redirect("/hard-hours", code=303)


def _page(form: Form) -> str:
    with read_context() as ctx:
        mine = queries.my_hard_hours(ctx)
    return render_template(
        "planned_support/planned_times.html",
        form=form,
        hours=mine,
        chosen=request.form.getlist("kinds"),
        offers=[(kind, short_name(kind)) for kind in OFFERS],
    )
