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
    wanted = {name: bool(request.form.get(name)) for name in ("is_on", "tells_buddy", "tells_coordinator")}
    with unit_of_work() as uow:
        actions.set_watch(uow, **wanted)
    flash("Saved." if wanted["is_on"] else "Nothing is looked at, and what was known of it is forgotten.")
    return redirect("/quiet", code=303)
