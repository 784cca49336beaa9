"""Staff tasks of check-ins."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from uuid import UUID

from community.check_ins import access
from community.check_ins.events import CheckInRecorded, CheckInReviewed, CoordinatorContactRequested
from community.conversations.events import ConversationAnswered, ConversationClosed
from community.core.outbox.notification_texts import named
from community.core.outbox.staff_task_kinds import TaskKind, declare_task, task_titles
from community.core.outbox.subscriptions import StaffTask, TaskResolved, staff_tasks
from community.core.unit_of_work import ReadContext
from community.members.queries.people import handles
from community.members.queries.task_titles import declare_member_task

ANSWER_WITHIN = timedelta(days=1)
declare_task(CheckInRecorded.name, TaskKind(verb="Read it", icon="edit", settles_itself=True))
declare_member_task(
    CoordinatorContactRequested.name,
    TaskKind(verb="Write", icon="person", group="today", settles_itself=True),
    lambda name: f"{name} wants to talk to a coordinator",
)


@task_titles.on(CheckInRecorded.name)
def check_in_titles(ctx: ReadContext, subjects: Collection[UUID]) -> Mapping[UUID, str]:
    """Return titles with the name of who shared a check-in."""
    found = [row for one in subjects if (row := access.find_check_in(ctx, one)) is not None]
    names = handles(ctx.session, {row.member_id for row in found})
    return {row.id: f"{named(names[row.member_id])} shared a check-in" for row in found}


@staff_tasks.on(CheckInRecorded)
def read_shared_check_in(ctx: ReadContext, event: CheckInRecorded) -> StaffTask | None:
    """Create a task to read a check-in that was shared with coordinators."""
    row = access.find_check_in(ctx, event.check_in_id)
    if row is None or row.audience != "coordinator" or not event.is_for("coordinator"):
        return None
    url = f"/console/check-ins/{row.id}"
    return StaffTask(title="Someone shared a check-in with you", url=url, subject=row.id, hidden_from=(row.member_id,))


@staff_tasks.on(CheckInReviewed)
def resolve_read(_ctx: ReadContext, event: CheckInReviewed) -> TaskResolved:
    """Resolve the task once a coordinator has seen the check-in."""
    return TaskResolved(kind=CheckInRecorded.name, subject=event.check_in_id, by=event.by)


@staff_tasks.on(CoordinatorContactRequested)
def contact_member(ctx: ReadContext, event: CoordinatorContactRequested) -> StaffTask:
    """Create a task to write to a member who asked for it."""
    return StaffTask(
        title="Someone wants to talk to a coordinator",
        url=f"/console/members/{event.member_id}/write?about=contact",
        subject=event.member_id,
        due_at=ctx.now + ANSWER_WITHIN,
        hidden_from=(event.member_id,),
    )


@staff_tasks.on(ConversationAnswered, ConversationClosed)
def resolve_contact(_ctx: ReadContext, event: ConversationAnswered | ConversationClosed) -> TaskResolved:
    """Resolve the task once a coordinator has written to the member, or closed the conversation."""
    return TaskResolved(kind=CoordinatorContactRequested.name, subject=event.member_id, by=event.by)
