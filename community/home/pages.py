"""The first page after signing in."""

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response

from community.core.web import current_actor, reading
from community.home import queries

pages = Blueprint("home", __name__)


@pages.get("/")
def home() -> str | Response:
    """What now; for who is not signed in, the way in."""
    if current_actor() is None:
        return redirect("/sign-in")
    with reading() as look:
        shown = queries.what_now(look)
    return render_template("home/home.html", **vars(shown))
