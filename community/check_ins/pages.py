"""Pages of check-ins: the questions, recommendations, the past weeks, the schedule, and what was shared."""

from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request

from community.buddies.queries import pairings
from community.check_ins.actions import check_ins as actions
from community.check_ins.actions import schedule
from community.check_ins.queries import check_ins as queries
from community.check_ins.queries import recommendations
from community.check_ins.queries import schedule as schedule_queries
from community.check_ins.rules.check_ins import MOODS
from community.check_ins.schemas import CheckInScheduleSchema, CheckInSchema
from community.core.errors import Conflict
from community.core.minimum_group import MIN_GROUP_SIZE
from community.core.web.forms import Form, PageResponse
from community.core.web.request_context import audit_facts, read_context, unit_of_work

pages = Blueprint("check_ins", __name__)


NUMBERS = ("mood", "craving", "sleep", "connection")
SAVED_TEXTS = {
    "only_me": "Saved, and only for you",
    "buddy": "Saved. Your buddy can see it",
    "coordinator": "Saved. The coordinators can see it",
    "trend": "Saved. It counts in a figure without names",
}


@pages.get("/check-in")
def how_was_today() -> PageResponse:
    """Show the questions. The home page may have chosen the mood."""
    return _ask_page(Form(CheckInSchema()), mood=request.args.get("mood", ""))


@pages.post("/check-in")
def check_in() -> PageResponse:
    """Record the answers and show the recommendations."""
    form = Form(CheckInSchema())
    values = {**form.values, **{name: form.values.get(name) or None for name in NUMBERS}}
    if form.submit(actions.record_check_in, values=values):
        return redirect(f"/check-ins/{form.result.id}", code=303)
    return _ask_page(form, mood=form.value("mood")), form.status


@pages.get("/check-ins/<uuid:check_in_id>")
def saved_check_in(check_in_id: UUID) -> str:
    """Show that the check-in is saved, with one to three recommendations."""
    with read_context() as ctx:
        mine = queries.my_check_in(ctx, check_in_id)
        offers = recommendations.recommendations_for(ctx, mine.answers.offered)
    return render_template("check_ins/saved.html", check_in=mine, offers=offers, said=SAVED_TEXTS[mine.audience])


@pages.post("/check-in/not-today")
def skip_today() -> PageResponse:
    """Skip the check-in today."""
    with unit_of_work() as uow:
        actions.skip_today(uow)
    flash("All right. Nothing is asked of you today.")
    return redirect("/", code=303)


@pages.post("/check-ins/<uuid:check_in_id>/helped")
def record_helpful_action(check_in_id: UUID) -> PageResponse:
    """Record once what helped, or that the member would rather not say."""
    choice = request.form.get("helped", "")
    try:
        with unit_of_work() as uow:
            if choice == "skip":
                actions.skip_feedback(uow, check_in_id=check_in_id)
            else:
                kind = None if choice == "none" else choice
                actions.record_helpful_action(uow, check_in_id=check_in_id, kind=kind)
        flash("Thank you. It changes the order of what you are offered, and nothing else.")
    except Conflict as refusal:
        flash(refusal.detail)
    return redirect("/check-in", code=303)


@pages.post("/check-ins/<uuid:check_in_id>/take-back")
def delete_check_in(check_in_id: UUID) -> PageResponse:
    """Delete one of my check-ins."""
    with unit_of_work() as uow:
        actions.delete_check_in(uow, check_in_id=check_in_id)
    flash("It is gone, for everybody.")
    return redirect("/check-in#past", code=303)


@pages.get("/check-in/rhythm")
def check_in_schedule() -> PageResponse:
    """Show when I am asked."""
    return _schedule_page(Form(CheckInScheduleSchema()))


@pages.post("/check-in/rhythm")
def set_schedule() -> PageResponse:
    """Set when I am asked."""
    form = Form(CheckInScheduleSchema())
    values = {**form.values, "tells_buddy": bool(form.values.get("tells_buddy"))}
    if form.submit(schedule.set_schedule, values=values):
        flash("Saved.")
        return redirect("/check-in/rhythm", code=303)
    return _schedule_page(form), form.status


@pages.get("/breathe")
def breathe() -> str:
    """Show two minutes of breathing. It needs no session, and browsers store it for use without a connection."""
    g.bare = True
    return render_template("check_ins/breathe.html")


@pages.get("/coordinator")
def coordinator_request() -> str:
    """Show the form that asks for a coordinator."""
    with read_context() as ctx:
        _ = ctx.actor
    return render_template("check_ins/contact_coordinator.html")


@pages.post("/coordinator")
def request_coordinator() -> PageResponse:
    """Ask that a coordinator contact me."""
    with unit_of_work() as uow:
        actions.request_coordinator(uow)
    flash("A coordinator gets in touch with you. You need not do anything.")
    return redirect("/", code=303)


@pages.get("/console/check-ins")
def shared_check_ins() -> str:
    """Show the check-ins shared with coordinators, and the trend."""
    with read_context() as ctx:
        shared = queries.shared_check_ins(ctx)
        weeks = queries.trend(ctx)
    audit_facts(count=len(shared))
    return render_template(
        "check_ins/shared_with_staff.html", shared=shared, weeks=weeks, min_group_size=MIN_GROUP_SIZE
    )


@pages.get("/console/check-ins/<uuid:check_in_id>")
def open_shared_check_in(check_in_id: UUID) -> str:
    """Show a shared check-in. The audit log records it, and the member can see that it was read."""
    with unit_of_work() as uow:
        shared = actions.open_shared_check_in(uow, check_in_id=check_in_id)
    return render_template("check_ins/shared_check_in.html", shared=shared)


@pages.post("/console/check-ins/<uuid:check_in_id>/seen")
def mark_shared_seen(check_in_id: UUID) -> PageResponse:
    """Mark a shared check-in as seen."""
    with unit_of_work() as uow:
        actions.mark_shared_seen(uow, check_in_id=check_in_id)
    return redirect("/console/check-ins", code=303)


def _ask_page(form: Form, *, mood: str) -> str:
    with read_context() as ctx:
        return render_template(
            "check_ins/check_in.html",
            form=form,
            mood=mood,
            moods=MOODS,
            buddies=pairings.my_buddies(ctx),
            past=queries.my_history(ctx),
            feedback_check_in=queries.feedback_due(ctx),
            name_of=recommendations.kind_label,
            schedule=schedule_queries.my_schedule(ctx),
        )


def _schedule_page(form: Form) -> str:
    with read_context() as ctx:
        return render_template(
            "check_ins/schedule.html",
            form=form,
            schedule=schedule_queries.my_schedule(ctx),
            has_begun=schedule_queries.has_schedule(ctx),
            buddies=pairings.my_buddies(ctx),
        )
