"""The member's start page, and the page about themselves."""

from flask import Blueprint, redirect, render_template

from community.core.permissions import Permission
from community.core.web.forms import PageResponse
from community.core.web.request_context import read_context
from community.home.queries.home import home_page
from community.home.queries.me import my_page

pages = Blueprint("home", __name__)


@pages.get("/")
def home() -> PageResponse:
    """Show the start page; to an auditor the audit log."""
    with read_context() as ctx:
        if not ctx.actor.may(Permission.TAKE_PART):
            return redirect("/console/audit")
        shown = home_page(ctx)
    return render_template("home/home.html", **vars(shown))


@pages.get("/me")
def me() -> str:
    """Show what I keep for myself: check-ins, milestones, plans, reminders."""
    with read_context() as ctx:
        shown = my_page(ctx)
    return render_template("home/me.html", **vars(shown))
