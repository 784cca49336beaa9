"""Page of a staff member who leaves: what they hold, and one form that hands it over."""

from uuid import UUID

from flask import flash, redirect, render_template

from community.console.actions.offboarding import off_board
from community.console.pages import pages
from community.console.queries.offboarding import holdings
from community.console.schemas.offboarding import OffBoardSchema
from community.core.errors import NotFound
from community.core.web.forms import Form, PageResponse
from community.core.web.request_context import read_context


@pages.get("/console/members/<uuid:member_id>/leaving")
def leaving(member_id: UUID) -> PageResponse:
    """Show the open work of a staff member, and who may take it over."""
    return _page(Form(), member_id)


@pages.post("/console/members/<uuid:member_id>/leaving")
def leave(member_id: UUID) -> PageResponse:
    """Hand everything over and end the role."""
    form = Form(OffBoardSchema())
    values = {key: value for key, value in form.values.items() if value != ""}
    if form.submit(off_board, values=values, member_id=member_id):
        flash("Done. They’re signed out, and your colleagues know what is theirs now.")
        return redirect(f"/console/members/{member_id}", code=303)
    if form.status == 404:
        raise NotFound
    return _page(form, member_id)


def _page(form: Form, member_id: UUID) -> PageResponse:
    with read_context() as ctx:
        held = holdings(ctx, member_id)
    return render_template("console/leaving.html", form=form, held=held), form.status
