"""Pages of one suggestion."""

from uuid import UUID

from flask import flash, redirect, render_template, request

from community.buddies.actions import suggestions as suggestions_actions
from community.buddies.pages import pages
from community.buddies.queries import suggestions
from community.core.errors import BadRequest, Conflict
from community.core.web.forms import PageResponse
from community.core.web.request_context import read_context, unit_of_work

ANSWERED = {
    "accepted_by_one": "Saved. If they say yes too, we’ll tell you both.",
    "matched": "You both said yes. Your room is open.",
    "declined": "Saved. We don’t tell anyone.",
}


@pages.get("/buddy/suggestions/<uuid:suggestion_id>")
def suggestion(suggestion_id: UUID) -> str:
    """Show a suggestion."""
    with read_context() as ctx:
        shown = suggestions.suggestion(ctx, suggestion_id)
    return render_template("buddies/suggestion.html", suggestion=shown)


@pages.post("/buddy/suggestions/<uuid:suggestion_id>")
def answer(suggestion_id: UUID) -> PageResponse:
    """Accept or decline a suggestion."""
    verbs = {"accept": suggestions_actions.accept, "decline": suggestions_actions.decline}
    said = request.form.get("answer", "")
    if said not in verbs:
        raise BadRequest("Choose one of the two answers.")
    try:
        with unit_of_work() as uow:
            flash(ANSWERED[verbs[said](uow, suggestion_id=suggestion_id)])
    except Conflict as refusal:
        flash(refusal.detail)
        return redirect(f"/buddy/suggestions/{suggestion_id}", code=303)
    return redirect("/buddy", code=303)
