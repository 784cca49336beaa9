"""Page of the actor's own identity record."""

from dataclasses import asdict

from flask import flash, redirect, render_template

from community.core.web.forms import Form, PageResponse
from community.core.web.request_context import read_context
from community.members.actions import identity
from community.members.pages import pages
from community.members.queries.identity import my_identity
from community.members.schemas.identity import IdentitySchema


@pages.get("/account/identity")
def identity_form() -> PageResponse:
    """Show what the actor gave, in a form."""
    return _page(Form())


@pages.post("/account/identity")
def save_identity() -> PageResponse:
    """Save it, or delete it when everything is empty."""
    form = Form(IdentitySchema())
    if form.submit(identity.save_my_identity):
        flash("Saved. Only coordinators can open it.")
        return redirect("/account", code=303)
    return _page(form)


def _page(form: Form) -> PageResponse:
    with read_context() as ctx:
        shown = my_identity(ctx)
    given = asdict(shown.details) if shown else {}
    page = render_template("members/identity.html", form=form, given=given, identity=shown)
    return page, form.status
