"""Pages of milestones and lapses, of the return to care, and of harm reduction."""

from uuid import UUID

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, request

from community.buddies.queries import pairings
from community.check_ins.queries import check_ins
from community.check_ins.queries.recommendations import my_group_rooms
from community.core.errors import BadRequest, NotFound
from community.core.ids import new_id
from community.core.web.forms import Form, PageResponse
from community.core.web.request_context import (
    current_actor,
    is_kept_here,
    keep_here,
    keep_here_no_longer,
    read_context,
    services,
    unit_of_work,
)
from community.milestones import actions, queries
from community.milestones.schemas import CreateMilestoneSchema, RecordLapseSchema, SharedWithSchema

pages = Blueprint("milestones", __name__)

KEPT_SECONDS = 365 * 24 * 3600


@pages.get("/milestones")
def milestones() -> PageResponse:
    """Show my milestones."""
    return _page(Form(CreateMilestoneSchema()))


@pages.post("/milestones")
def create_milestone() -> PageResponse:
    """Create a milestone."""
    form = Form(CreateMilestoneSchema())
    values = {name: value or None for name, value in form.values.items()}
    if values.get("kind") != "less":
        values["per_week"] = None

    if form.submit(actions.create_milestone, values=values):
        flash("Saved. Only you can see it.")
        return redirect("/milestones", code=303)
    return _page(form), form.status


@pages.get("/milestones/<uuid:milestone_id>")
def show_milestone(milestone_id: UUID) -> str:
    """Show a milestone with its sharing, posting to a room, and archiving."""
    with read_context() as ctx:
        mine = queries.my_milestone(ctx, milestone_id)
        return render_template(
            "milestones/milestone.html",
            milestone=mine,
            buddies=pairings.my_buddies(ctx),
            rooms=my_group_rooms(ctx),
            fresh_id=new_id,
        )


@pages.post("/milestones/<uuid:milestone_id>/shared-with")
def share_milestone(milestone_id: UUID) -> PageResponse:
    """Share a milestone with my buddy, or end the sharing."""
    form = Form(SharedWithSchema())
    if not form.submit(
        actions.share_milestone, milestone_id=milestone_id, values={"shared_with": request.form.get("shared_with", "")}
    ):
        raise NotFound if form.status == 404 else BadRequest("Choose who can see it.")
    flash("Saved.")
    return redirect(f"/milestones/{milestone_id}", code=303)


@pages.post("/milestones/<uuid:milestone_id>/put-away")
def archive_milestone(milestone_id: UUID) -> PageResponse:
    """Archive a milestone."""
    with unit_of_work() as uow:
        actions.archive_milestone(uow, milestone_id=milestone_id)
    flash("Removed.")
    return redirect("/milestones", code=303)


@pages.get("/hard-day")
def lapse_form() -> PageResponse:
    """Show the form that records a lapse."""
    return _lapse_page(Form(RecordLapseSchema()))


@pages.post("/hard-day")
def record_lapse() -> PageResponse:
    """Record a lapse for myself."""
    form = Form(RecordLapseSchema())
    values = {"on": form.value("on") or None, "note": form.value("note"), "milestone_id": form.value("about") or None}
    if form.submit(actions.record_lapse, values=values):
        return redirect(f"/hard-days/{form.result.id}", code=303)
    return _lapse_page(form), form.status


@pages.get("/hard-days/<uuid:lapse_id>")
def show_lapse(lapse_id: UUID) -> str:
    """Show that the lapse is saved, with recommendations."""
    with read_context() as ctx:
        lapse = queries.my_lapse(ctx, lapse_id)
        return render_template(
            "milestones/lapse_saved.html", lapse=lapse, offers=queries.recommendations_after_lapse(ctx)
        )


@pages.post("/hard-days/<uuid:lapse_id>/take-back")
def delete_lapse(lapse_id: UUID) -> PageResponse:
    """Delete a lapse."""
    with unit_of_work() as uow:
        actions.delete_lapse(uow, lapse_id=lapse_id)
    flash("Deleted. Only you could see it.")
    return redirect("/milestones", code=303)


@pages.get("/pairings/<uuid:pairing_id>/check-ins")
def shared_by_buddy(pairing_id: UUID) -> str:
    """Show what my buddy shares with me."""
    with read_context() as ctx:
        pairing, shared = check_ins.shared_by_buddy(ctx, pairing_id)
        kept = queries.shared_by_buddy(ctx, pairing_id)
    return render_template("milestones/shared_by_buddy.html", pairing=pairing, shared=shared, kept=kept)


@pages.get("/way-back")
def way_back() -> str:
    """Show how to return to more intensive care."""
    with read_context() as ctx:
        _ = ctx.actor
    return render_template("milestones/return_to_care.html", care_line=services().settings.care_line)


@pages.get("/safer")
def safer() -> Response:
    """Show harm reduction to members who are signed in, and on a device where a member chose to keep it.

    Others get the crisis lines and the sign-in, and nothing that tells what this service is. All who may read the page
    get the same one, and a header says that the service worker may keep it.
    """
    is_kept = is_kept_here()  # asked first: no database is needed then
    may_read = is_kept or current_actor() is not None
    g.bare = True
    page = "milestones/harm_reduction.html" if may_read else "milestones/harm_reduction_signed_out.html"
    response = make_response(render_template(page))
    if may_read:
        response.headers["X-Keep"] = "1"
    return response


@pages.post("/safer/keep")
def keep_safer() -> Response:
    """Keep the page on this device, signed in or not, or stop keeping it."""
    response = make_response(redirect("/account", code=303))
    if request.form.get("keep") == "1":
        keep_here(response, seconds=KEPT_SECONDS)
        flash("Saved on this device, even after you sign out.")
    else:
        keep_here_no_longer(response)
        flash("We’ll remove it from this device when you sign out.")
    return response


def _page(form: Form) -> str:
    with read_context() as ctx:
        return render_template(
            "milestones/milestones.html",
            form=form,
            milestones=queries.my_milestones(ctx),
            lapses=queries.my_lapses(ctx)[:20],
        )


def _lapse_page(form: Form) -> str:
    with read_context() as ctx:
        return render_template("milestones/lapse.html", form=form, milestones=queries.my_milestones(ctx))
