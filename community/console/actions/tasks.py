"""Staff tasks and invitations of a whole list."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from community.console import access
from community.console.models import CoordinatorTask, TaskHidden
from community.console.queries import tasks as queries
from community.console.rules.invitation_csv import InviteeRow
from community.core.errors import Conflict
from community.core.ids import new_id
from community.core.outbox.staff_task_kinds import task_kind
from community.core.outbox.subscriptions import StaffTask, TaskAssigned, TaskChange, TaskResolved
from community.core.permissions import Permission
from community.core.unit_of_work import Role, UnitOfWork
from community.members.actions import invitations
from community.members.queries import invitations as invitations_queries
from community.members.rules.identity import IdentityDetails
from community.safety.actions import cases
from community.safety.events import MessageReported


class TaskTaken(Conflict):
    """Another coordinator is assigned to the task."""

    code = "task_taken"
    message = "Someone else already took this."


class TaskSettlesItself(Conflict):
    """A task that ends with the thing it is about is marked as done by hand."""

    code = "task_settles_itself"
    message = "Open this task to finish it. It’s done when what it’s about is done."


# Tasks about something that has an assignee of its own: taking one takes the other.
ASSIGNED_WITH = {MessageReported.name: (cases.take_case, cases.give_back_case)}


def invite_many(uow: UnitOfWork, *, rows: Sequence[InviteeRow], secret: str) -> list[InviteeRow]:
    """Invite every row of the list whose verdict is still `new`, and return the verdicts. Other rows stay unchanged."""
    judged = queries.check_rows(uow, rows=rows)
    cohorts = invitations_queries.cohort_ids(uow)
    for row in judged:
        if row.verdict == "new":
            cohort_id = cohorts[row.cohort.lower()] if row.cohort else None
            details = IdentityDetails(legal_name=row.name, town=row.town) if row.name or row.town else None
            invitations.invite(
                uow, email=row.email, role=Role.ALUMNUS, secret=secret, cohort_id=cohort_id, details=details
            )
    return judged


def take(uow: UnitOfWork, *, task_id: UUID) -> None:
    """Assign a task to the actor. Idempotent. Raises Forbidden, NotFound, TaskTaken."""
    task = access.task_to_do(uow, task_id)
    if task.taken_by not in (None, uow.permitted(Permission.WORK_TASKS).id):
        raise TaskTaken
    if task.kind in ASSIGNED_WITH:
        take_subject, _ = ASSIGNED_WITH[task.kind]
        take_subject(uow, report_id=task.subject)
    task.taken_by = uow.permitted(Permission.WORK_TASKS).id


def give_back(uow: UnitOfWork, *, task_id: UUID) -> None:
    """Remove the assignment of a task, also another coordinator's, who may be away. Raises Forbidden, NotFound."""
    task = access.task_to_do(uow, task_id)
    if task.kind in ASSIGNED_WITH:
        _, give_back_subject = ASSIGNED_WITH[task.kind]
        give_back_subject(uow, report_id=task.subject)
    task.taken_by = None


def finish(uow: UnitOfWork, *, task_id: UUID) -> None:
    """Mark a task as done that nothing else settles. Raises Forbidden, NotFound, TaskSettlesItself."""
    task = access.task_to_do(uow, task_id)
    if task_kind(task.kind).settles_itself:
        raise TaskSettlesItself
    task.done_at, task.done_by = uow.now, uow.permitted(Permission.WORK_TASKS).id


def reopen(uow: UnitOfWork, *, task_id: UUID) -> None:
    """Undo that a task was marked as done. It stays done when a new one about the same has come meanwhile.

    Raises Forbidden, NotFound.
    """
    task = access.task_done_by_hand(uow, task_id)
    if access.open_task(uow, kind=task.kind, subject=task.subject) is None:
        task.done_at, task.done_by = None, None


def update_tasks(uow: UnitOfWork, *, event_type: str, changes: Iterable[TaskChange]) -> None:
    """Add the staff tasks that an event creates, assign them, and finish those that it resolves."""
    for one in changes:
        if isinstance(one, TaskResolved):
            _resolve(uow, one)
        elif isinstance(one, TaskAssigned):
            _assign(uow, one)
        else:
            _create_or_update(uow, one, event_type)


def _create_or_update(uow: UnitOfWork, spec: StaffTask, event_type: str) -> None:
    kind = spec.kind or event_type
    task = access.open_task(uow, kind=kind, subject=spec.subject)
    hidden: Iterable[UUID] = ()
    if task is None:
        task = CoordinatorTask(id=new_id(), kind=kind, subject=spec.subject, created_at=uow.now)
        hidden = dict.fromkeys(spec.hidden_from)
        uow.session.add(task)
    task.title, task.url, task.due_at = spec.title[:200], spec.url[:300], spec.due_at
    uow.session.flush()
    uow.session.add_all(TaskHidden(task_id=task.id, member_id=one) for one in hidden)


def _assign(uow: UnitOfWork, assigned: TaskAssigned) -> None:
    task = access.open_task(uow, kind=assigned.kind, subject=assigned.subject)
    if task is not None:
        task.taken_by = assigned.to


def _resolve(uow: UnitOfWork, settled: TaskResolved) -> None:
    task = access.open_task(uow, kind=settled.kind, subject=settled.subject)
    if task is not None:
        task.done_at, task.done_by = uow.now, settled.by
        uow.session.flush()
