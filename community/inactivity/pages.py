"""Pages of inactivity."""

from flask import Blueprint, flash, redirect, render_template, request

from community.core.web.forms import PageResponse
from community.core.web.request_context import read_context, unit_of_work
from community.inactivity import actions, queries

pages = Blueprint("inactivity", __name__)


@pages.get("/quiet")
def show_watch() -> str:
    """Show my inactivity watch and who may be notified."""
    with read_context() as ctx:
        return render_template("inactivity/settings.html", watch=queries.my_watch(ctx))


@pages.post("/quiet")
def set_watch() -> PageResponse:
    """Turn my inactivity watch on or off."""
    is_on = bool(request.form.get("is_on"))
    with unit_of_work() as uow:
        actions.set_watch(
            uow,
            is_on=is_on,
            notify_buddy=bool(request.form.get("tells_buddy")),
            notify_coordinator=bool(request.form.get("tells_coordinator")),
        )
    flash("Saved." if is_on else "Turned off. We forgot what we noticed.")
    return redirect("/quiet", code=303)
