"""JSON endpoints of staff tasks."""

from typing import Any
from uuid import UUID

from community.console.actions import tasks
from community.console.actions.offboarding import off_board
from community.console.queries import tasks as queries
from community.console.queries.offboarding import Holdings, holdings
from community.console.schemas.offboarding import HoldingsSchema, OffBoardSchema
from community.console.schemas.tasks import TaskPage, TaskPageArgs
from community.core.web.api_blueprint import api_blueprint
from community.core.web.request_context import read_context, unit_of_work

api = api_blueprint("console", __name__, "The coordinators’ to-do list, who has each task, and colleagues who leave.")


@api.get("/tasks")
@api.arguments(TaskPageArgs, location="query")
@api.response(200, TaskPage)
def get_tasks(page: dict[str, Any]) -> Any:
    """List the tasks (coordinators), newest first, without those about oneself. `whose`: all, mine, or unassigned."""
    with read_context() as ctx:
        return queries.tasks(ctx, **page)


@api.put("/tasks/<uuid:task_id>/assignment")
@api.response(204)
def put_assignment(task_id: UUID) -> None:
    """Take a task (coordinators). 409 `task_taken` when another coordinator has it."""
    with unit_of_work() as uow:
        tasks.take(uow, task_id=task_id)


@api.delete("/tasks/<uuid:task_id>/assignment")
@api.response(204)
def delete_assignment(task_id: UUID) -> None:
    """Remove the assignment of a task (coordinators)."""
    with unit_of_work() as uow:
        tasks.give_back(uow, task_id=task_id)


@api.post("/tasks/<uuid:task_id>/done")
@api.response(204)
def post_done(task_id: UUID) -> None:
    """Mark a task as done (coordinators). 409 `task_settles_itself` when it ends with what it is about."""
    with unit_of_work() as uow:
        tasks.finish(uow, task_id=task_id)


@api.delete("/tasks/<uuid:task_id>/done")
@api.response(204)
def delete_done(task_id: UUID) -> None:
    """Undo that a task was marked as done by hand (coordinators)."""
    with unit_of_work() as uow:
        tasks.reopen(uow, task_id=task_id)


@api.get("/members/<uuid:member_id>/holdings")
@api.response(200, HoldingsSchema)
def get_holdings(member_id: UUID) -> Holdings:
    """Return the open work of a staff member (admins), and who may take it over."""
    with read_context() as ctx:
        return holdings(ctx, member_id)


@api.post("/members/<uuid:member_id>/offboarding")
@api.arguments(OffBoardSchema, example={"then": "alumnus", "successor_id": "00000000-0000-0000-0000-000000000001"})
@api.response(204)
def post_offboarding(how: dict[str, Any], member_id: UUID) -> None:
    """Hand over the open work of a staff member and end their role, in one step (admins). Their sessions end."""
    with unit_of_work() as uow:
        off_board(uow, member_id=member_id, **how)
