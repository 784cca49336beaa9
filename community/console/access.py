"""Loading staff tasks with permission: coordinators may see them, except the ones about themselves."""

from uuid import UUID

from sqlalchemy import Select, exists, select

from community.console.models import CoordinatorTask, TaskHidden
from community.core.errors import NotFound
from community.core.outbox.staff_task_kinds import task_kind
from community.core.permissions import Permission
from community.core.unit_of_work import ReadContext, UnitOfWork


def tasks_to_see(ctx: ReadContext) -> Select[CoordinatorTask]:
    """Return the tasks that the acting coordinator may see. Raises Forbidden."""
    hidden = exists().where(
        TaskHidden.task_id == CoordinatorTask.id, TaskHidden.member_id == ctx.permitted(Permission.WORK_TASKS).id
    )
    return select(CoordinatorTask).where(~hidden)


def task_to_do(uow: UnitOfWork, task_id: UUID) -> CoordinatorTask:
    """Return an open task, locked. Raises Forbidden, and NotFound, also for a task that is done."""
    query = tasks_to_see(uow).where(CoordinatorTask.id == task_id, CoordinatorTask.done_at.is_(None))
    task = uow.session.scalar(query.with_for_update())
    if task is None:
        raise NotFound
    return task


def task_done_by_hand(uow: UnitOfWork, task_id: UUID) -> CoordinatorTask:
    """Return a task that a coordinator marked as done, locked. Raises Forbidden, NotFound."""
    query = tasks_to_see(uow).where(
        CoordinatorTask.id == task_id, CoordinatorTask.done_at.is_not(None), CoordinatorTask.done_by.is_not(None)
    )
    task = uow.session.scalar(query.with_for_update())
    if task is None or task_kind(task.kind).settles_itself:
        raise NotFound
    return task


def open_task(uow: UnitOfWork, *, kind: str, subject: UUID) -> CoordinatorTask | None:
    """Return the open task of a kind about a subject, locked. Checks no permission: for what happens automatically."""
    query = select(CoordinatorTask).where(
        CoordinatorTask.kind == kind, CoordinatorTask.subject == subject, CoordinatorTask.done_at.is_(None)
    )
    return uow.session.scalar(query.with_for_update())


def locked_tasks_of(uow: UnitOfWork, member_id: UUID, *, hidden_from: UUID) -> list[tuple[CoordinatorTask, bool]]:
    """Return the open tasks of a colleague, locked, each with whether it is hidden from another. Raises Forbidden."""
    _ = uow.permitted(Permission.MANAGE_STAFF)
    is_theirs = (CoordinatorTask.taken_by == member_id, CoordinatorTask.done_at.is_(None))
    tasks = uow.session.scalars(
        select(CoordinatorTask).where(*is_theirs).order_by(CoordinatorTask.id).with_for_update()
    )
    hidden = set(uow.session.scalars(select(TaskHidden.task_id).where(TaskHidden.member_id == hidden_from)))
    return [(task, task.id in hidden) for task in tasks]


def titles_of_tasks(ctx: ReadContext, member_id: UUID) -> list[str]:
    """Return the titles of the open tasks of a colleague, without those hidden from the actor. Raises Forbidden."""
    _ = ctx.permitted(Permission.MANAGE_STAFF)
    theirs = tasks_to_see(ctx).where(CoordinatorTask.taken_by == member_id, CoordinatorTask.done_at.is_(None))
    rows = ctx.session.scalars(theirs.order_by(CoordinatorTask.created_at, CoordinatorTask.id))
    return [row.title for row in rows]
