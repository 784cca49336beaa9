"""Loading tasks with permission: coordinators, and not those whom a task is about."""

from uuid import UUID

from sqlalchemy import Select, exists, select

from community.console.models import CoordinatorTask, TaskHidden
from community.core.errors import NotFound
from community.core.permissions import Permission
from community.core.unit_of_work import ReadContext, UnitOfWork


def tasks_to_see(ctx: ReadContext) -> Select[CoordinatorTask]:
    """The tasks that the coordinator who looks may know of. Raises Forbidden."""
    hidden = exists().where(
        TaskHidden.task_id == CoordinatorTask.id, TaskHidden.member_id == ctx.permitted(Permission.WORK_TASKS).id
    )
    return select(CoordinatorTask).where(~hidden)


def task_to_do(uow: UnitOfWork, task_id: UUID) -> CoordinatorTask:
    """An open task, locked. Raises Forbidden, and NotFound also for one that is done."""
    query = tasks_to_see(uow).where(CoordinatorTask.id == task_id, CoordinatorTask.done_at.is_(None))
    task = uow.session.scalar(query.with_for_update())
    if task is None:
        raise NotFound
    return task


def open_task(uow: UnitOfWork, *, kind: str, subject: UUID) -> CoordinatorTask | None:
    """The open task of a kind about a subject, locked. For what happens by itself: asks nobody's permission."""
    query = select(CoordinatorTask).where(
        CoordinatorTask.kind == kind, CoordinatorTask.subject == subject, CoordinatorTask.done_at.is_(None)
    )
    return uow.session.scalar(query.with_for_update())
