"""The coordinators' day: what has to be done, and what was."""

from uuid import UUID

from flask import redirect, render_template

from community.care.queries import first_weeks
from community.console import queries
from community.console.actions import tasks
from community.console.pages import Answered, pages
from community.core.web.request_context import audit_facts, reading, unit_of_work

TASK_CHANGES = {"take": tasks.take, "free": tasks.give_back, "done": tasks.finish}


@pages.get("/console/today")
def today() -> Answered:
    """What has to be done, what was done since midnight, and how many find their way in."""
    with reading() as ctx:
        shown, completion = queries.today(ctx), first_weeks.completion(ctx)
    audit_facts(count=len(shown.to_do) + len(shown.done))
    return render_template("console/today.html", today=shown, completion=completion)


@pages.post("/console/tasks/<uuid:task_id>/<any(take, free, done):what>")
def change_task(task_id: UUID, what: str) -> Answered:
    """See to a task, give it back, or say that it is done."""
    with unit_of_work() as uow:
        TASK_CHANGES[what](uow, task_id=task_id)
    return redirect("/console/today", code=303)
