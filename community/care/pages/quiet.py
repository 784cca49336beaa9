"""What is noticed of my quiet, and the hours I plan for."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request

from community.care.actions import quiet as actions
from community.care.pages import Answered, pages
from community.care.queries import quiet as queries
from community.care.queries.suggestions import short_name
from community.care.rules.hard_hours import OFFERS
from community.care.schemas.quiet import HardHourSchema
from community.core.web.forms import Form
from community.core.web.request_context import reading, unit_of_work, web


@pages.get("/quiet")
def quiet() -> str:
    """Whether my quiet is noticed, and who may hear of it."""
    with reading() as ctx:
        return render_template("care/quiet.html", watch=queries.my_watch(ctx))


@pages.post("/quiet")
def set_watch() -> Answered:
    """Notice it, or do not."""
    wanted = {name: bool(request.form.get(name)) for name in ("is_on", "tells_buddy", "tells_coordinator")}
    with unit_of_work() as uow:
        actions.watch(uow, **wanted)
    flash("Saved." if wanted["is_on"] else "Nothing is looked at, and what was known of it is forgotten.")
    return redirect("/quiet", code=303)


@pages.get("/hard-hours")
def hard_hours() -> Answered:
    """The times that I plan for."""
    return _page(Form(HardHourSchema()))


@pages.post("/hard-hours")
def plan_for() -> Answered:
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
            actions.plan_for(uow, sealer=web().sealer, **fields)

    if form.attempt(act, values=values):
        flash("Planned. You hear of it when it begins, in neutral words.")
        return redirect("/hard-hours", code=303)
    return _page(form), form.status


@pages.get("/hard-hours/<uuid:hard_hour_id>")
def one_hard_hour(hard_hour_id: UUID) -> str:
    """What I planned to have at this time."""
    with reading() as ctx:
        mine = queries.my_hard_hour(ctx, hard_hour_id, sealer=web().sealer)
        return render_template("care/hard_hour.html", hour=mine, offers=queries.offered(ctx, mine))


@pages.post("/hard-hours/<uuid:hard_hour_id>/let-go")
def let_go(hard_hour_id: UUID) -> Answered:
    """Plan for it no more."""
    with unit_of_work() as uow:
        actions.let_go(uow, hard_hour_id=hard_hour_id)
    flash("Taken away.")
    return redirect("/hard-hours", code=303)


def _page(form: Form) -> str:
    with reading() as ctx:
        mine = queries.my_hard_hours(ctx, sealer=web().sealer)
    return render_template(
        "care/hard_hours.html",
        form=form,
        hours=mine,
        chosen=request.form.getlist("kinds"),
        offers=[(kind, short_name(kind)) for kind in OFFERS],
    )
