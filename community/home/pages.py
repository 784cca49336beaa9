"""The member's start page."""

from flask import Blueprint, render_template

from community.core.web.request_context import read_context
from community.home import queries

pages = Blueprint("home", __name__)


@pages.get("/")
def home() -> str:
    """Show the start page."""
    with read_context() as ctx:
        shown = queries.home_page(ctx)
    return render_template("home/home.html", **vars(shown))
