"""Pages of coordinators about buddies: match runs, mentors, pairings to review."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from flask import flash, redirect, render_template, request

from community.buddies.actions import pairings, profiles, run_schedule, runs
from community.buddies.pages import pages
from community.buddies.pages.bar_charts import BarChart, bar_chart
from community.buddies.pages.forms import HOURS, WEEKDAYS
from community.buddies.queries import admin, match_statistics
from community.buddies.rules import MAX_APPROVED, MAX_BUDDIES
from community.buddies.schemas.runs import ApprovalSchema, NewRunSchema, ScheduleSchema
from community.core.errors import NotFound
from community.core.unit_of_work import ReadContext
from community.core.web.forms import Form, PageResponse
from community.core.web.request_context import audit_facts, current_actor, read_context, services, unit_of_work
from community.core.web.template_context import short_date


@pages.get("/console/buddies")
def console() -> PageResponse:
    """Show the form to start a run, earlier runs, mentors, and pairings to review."""
    with read_context() as ctx:
        return _console_page(ctx, Form())


@pages.post("/console/match-runs")
def start_run() -> PageResponse:
    """Start a match run, or a dry run that makes no suggestions."""
    form = Form(NewRunSchema())
    is_dry_run = bool(request.form.get("dry_run"))
    if form.attempt(partial(runs.start_and_wait, services().store, current_actor()), values={"dry_run": is_dry_run}):
        run_id, _ = form.result
        audit_facts(run_id=str(run_id), is_dry_run=is_dry_run)
        return redirect(f"/console/match-runs/{run_id}", code=303)
    with read_context() as ctx:
        return _console_page(ctx, form)


@pages.get("/console/match-runs/<uuid:run_id>")
def one_run(run_id: UUID) -> PageResponse:
    """Show the result of a run."""
    with read_context() as ctx:
        return render_template("buddies/match_run.html", run=admin.run(ctx, run_id))


@pages.post("/console/match-runs/<uuid:run_id>/replay")
def replay_run(run_id: UUID) -> PageResponse:
    """Compute a run again."""
    try:
        same = runs.replay(services().store, current_actor(), run_id=run_id)
        flash(
            "Checked. The result is the same."
            if same
            else "The result is different. Tell the person who runs this service."
        )
    except runs.RunNotKept as refusal:
        flash(refusal.detail)
    return redirect(f"/console/match-runs/{run_id}", code=303)


@pages.post("/console/mentors/<uuid:member_id>/approval")
def approve(member_id: UUID) -> PageResponse:
    """Approve a mentor, for a number of people at a time."""
    form = Form(ApprovalSchema())
    values = {
        "places": request.form.get("places", default=MAX_APPROVED, type=int),
        "trained_on": request.form.get("trained_on") or None,
    }
    if not form.submit(profiles.approve_mentor, member_id=member_id, values=values):
        if form.status == 404:
            raise NotFound
        with read_context() as ctx:
            return _console_page(ctx, form)
    flash("Approved. The next run can match them.")
    return redirect("/console/buddies", code=303)


@pages.post("/console/match-schedule")
def set_schedule() -> PageResponse:
    """Set the weekly start of match runs."""
    form = Form(ScheduleSchema())
    values = {
        "is_on": bool(request.form.get("is_on")),
        "weekday": request.form.get("weekday", type=int),
        "hour": request.form.get("hour", type=int),
    }
    if form.submit(run_schedule.schedule, values=values):
        flash("Saved.")
        return redirect("/console/buddies", code=303)
    with read_context() as ctx:
        return _console_page(ctx, form)


@pages.post("/console/mentors/<uuid:member_id>/approval/end")
def take_back_approval(member_id: UUID) -> PageResponse:
    """Withdraw a mentor's approval."""
    with unit_of_work() as uow:
        profiles.take_back_approval(uow, member_id=member_id)
    flash("Approval withdrawn. They keep their buddies. We won’t suggest anyone new.")
    return redirect("/console/buddies", code=303)


@pages.post("/console/pairings/<uuid:pairing_id>/looked-into")
def review(pairing_id: UUID) -> PageResponse:
    """Mark a pairing that did not feel safe as reviewed."""
    with unit_of_work() as uow:
        pairings.review(uow, pairing_id=pairing_id)
    flash("Marked as handled.")
    return redirect("/console/buddies", code=303)


def _console_page(ctx: ReadContext, form: Form) -> PageResponse:
    mentors = admin.mentors(ctx, cursor=None, limit=200).items
    audit_facts(count=len(mentors))
    coverage, points = match_statistics.coverage(ctx), match_statistics.last_runs(ctx)
    page = render_template(
        "buddies/match_runs.html",
        form=form,
        coverage=coverage,
        charts=_charts(coverage, points),
        has_runs=any(run.state == "done" for run in points),
        runs=points,
        schedule=admin.schedule(ctx),
        mentors=mentors,
        flagged=admin.flagged(ctx),
        weekdays=WEEKDAYS,
        hours=HOURS,
        most_places=MAX_BUDDIES,
    )
    return page, form.status


def _charts(coverage: match_statistics.CoverageView, runs: Sequence[match_statistics.RunPoint]) -> dict[str, BarChart]:
    """Return the charts of the board: waiting times now, and what each run came to, the oldest first."""
    done = [run for run in reversed(runs) if run.state == "done"]
    return {
        "waits": bar_chart(coverage.waits),
        "points": bar_chart([(short_date(run.created_at), run.points_each) for run in done]),
        "days": bar_chart([(short_date(run.created_at), run.days_each) for run in done]),
    }
