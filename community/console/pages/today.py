"""The coordinators' to-do list."""

from uuid import UUID

from flask import flash, redirect, render_template, request

from community.console.actions import tasks
from community.console.pages import pages
from community.console.queries import tasks as queries
from community.console.schemas.tasks import WHOSE
from community.core.web.forms import PageResponse
from community.core.web.request_context import audit_facts, read_context, unit_of_work
from community.onboarding import queries as onboarding_queries

TASK_CHANGES = {"take": tasks.take, "free": tasks.give_back, "done": tasks.finish, "undo": tasks.reopen}


@pages.get("/console/today")
def today() -> PageResponse:
    """Show the open tasks, those done since midnight, and how many newcomers completed onboarding."""
    whose = request.args.get("whose", "all")
    whose = whose if whose in WHOSE else "all"
    with read_context() as ctx:
        shown, completion = queries.today(ctx, whose=whose), onboarding_queries.completion(ctx)
    audit_facts(count=len(shown.to_do) + len(shown.done))
    return render_template("console/today.html", today=shown, completion=completion, whose=whose)


@pages.post("/console/tasks/<uuid:task_id>/<any(take, free, done, undo):what>")
def change_task(task_id: UUID, what: str) -> PageResponse:
    """Take a task, give it back, mark it as done, or undo that."""
    with unit_of_work() as uow:
        TASK_CHANGES[what](uow, task_id=task_id)
    if what == "done":
        flash("Done. You can undo it below.")
    whose = str(request.form.get("whose", ""))
    return redirect(f"/console/today?whose={whose}" if whose in WHOSE[1:] else "/console/today", code=303)
