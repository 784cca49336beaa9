"""Pages of check-ins: the questions, a check-in with recommendations, the last weeks, the schedule, what was shared."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request

from community.buddies.queries import pairings
from community.check_ins import access
from community.check_ins.actions import check_ins as actions
from community.check_ins.actions import schedule
from community.check_ins.queries import check_ins as queries
from community.check_ins.queries import recommendations
from community.check_ins.queries import schedule as schedule_queries
from community.check_ins.rules.check_ins import AMEND_WINDOW, MOODS
from community.check_ins.rules.trends import CHART_LINES
from community.check_ins.schemas import CheckInScheduleSchema, CheckInSchema, MoodSchema
from community.conversations.queries import my_conversation
from community.core.errors import Conflict
from community.core.minimum_group import MIN_GROUP_SIZE
from community.core.web.forms import Form, PageResponse
from community.core.web.request_context import audit_facts, read_context, unit_of_work
from community.members.queries.on_call import staffing

pages = Blueprint("check_ins", __name__)


NUMBERS = ("mood", "craving", "sleep", "connection")
DELETED_TEXTS = {
    "only_me": "Deleted. Only you could see it.",
    "buddy": "Deleted. Your buddy can’t see it anymore.",
    "coordinator": "Deleted. The coordinators can’t see it anymore.",
    "trend": "Deleted. It isn’t counted anymore. Nobody saw it.",
}


@pages.get("/check-in")
def day_question() -> PageResponse:
    """Ask how the day is, and show the last weeks."""
    return _ask_page(Form(CheckInSchema()))


@pages.post("/check-in")
def check_in() -> PageResponse:
    """Record the answers and show the recommendations."""
    form = Form(CheckInSchema())
    if form.submit(actions.record_check_in, values=_answers(form)):
        return redirect(f"/check-ins/{form.result.id}", code=303)
    return _ask_page(form), form.status


@pages.post("/check-in/mood")
def tap_mood() -> PageResponse:
    """Save the mood that was tapped, for the member alone."""
    form = Form(MoodSchema())
    if form.submit(actions.record_mood):
        return redirect(f"/check-ins/{form.result.id}", code=303)
    return _ask_page(form), form.status


@pages.get("/check-ins/<uuid:check_in_id>")
def show_check_in(check_in_id: UUID) -> PageResponse:
    """Show one of my check-ins. While it is new, it can be changed, and recommendations follow."""
    return _check_in_page(check_in_id)


@pages.post("/check-ins/<uuid:check_in_id>")
def amend_check_in(check_in_id: UUID) -> PageResponse:
    """Change the answers, or share them."""
    form = Form(CheckInSchema())
    if form.submit(actions.amend_check_in, check_in_id=check_in_id, values=_answers(form)):
        flash("Saved.")
        return redirect(f"/check-ins/{check_in_id}", code=303)
    return _check_in_page(check_in_id, form), form.status


@pages.post("/check-in/not-today")
def skip_today() -> PageResponse:
    """Skip the check-in today."""
    with unit_of_work() as uow:
        actions.skip_today(uow)
    flash("Okay. We won’t ask again today.")
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
        flash("Thanks. Next time, we’ll suggest what helps you first.")
    except Conflict as refusal:
        flash(refusal.detail)
    return redirect("/check-in", code=303)


@pages.post("/check-ins/<uuid:check_in_id>/take-back")
def delete_check_in(check_in_id: UUID) -> PageResponse:
    """Delete one of my check-ins."""
    with unit_of_work() as uow:
        audience = actions.delete_check_in(uow, check_in_id=check_in_id)
    flash(DELETED_TEXTS[audience])
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
        return render_template(
            "check_ins/contact_coordinator.html",
            staffing=staffing(ctx.session, now=ctx.now),
            conversation_room_id=my_conversation(ctx),
            is_requested=access.has_open_coordinator_request(ctx),
        )


@pages.post("/coordinator")
def request_coordinator() -> PageResponse:
    """Ask that a coordinator contact me."""
    with unit_of_work() as uow:
        actions.request_coordinator(uow)
    flash("A coordinator will write to you here. We’ll tell you when they do.")
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


def _answers(form: Form) -> dict[str, Any]:
    """Return the posted answers; questions without one are skipped."""
    return {**form.values, **{name: form.values.get(name) or None for name in NUMBERS}}


def _ask_page(form: Form) -> str:
    with read_context() as ctx:
        return render_template(
            "check_ins/check_in.html",
            form=form,
            day=queries.my_day(ctx),
            moods=MOODS,
            buddies=pairings.my_buddies(ctx),
            past=queries.my_history(ctx),
            chart_lines=CHART_LINES,
            feedback_check_in=queries.feedback_due(ctx),
            name_of=recommendations.kind_label,
        )


def _check_in_page(check_in_id: UUID, form: Form | None = None) -> str:
    with read_context() as ctx:
        mine = queries.my_check_in(ctx, check_in_id)
        is_new = ctx.now - mine.made_at < AMEND_WINDOW
        return render_template(
            "check_ins/saved.html",
            check_in=mine,
            form=form or Form(CheckInSchema(), values={**vars(mine.answers), "audience": mine.audience}),
            moods=MOODS,
            is_new=is_new,
            is_editable=mine.is_editable(ctx.now),
            offers=recommendations.recommendations_for(ctx, mine.answers.offered) if is_new else (),
            buddies=pairings.my_buddies(ctx),
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
