"""Staff tasks of conversations."""

from collections.abc import Collection, Mapping
from uuid import UUID

from community.conversations import access
from community.conversations.events import ConversationAnswered, ConversationClosed, ConversationWaiting
from community.core.outbox.notification_texts import named
from community.core.outbox.staff_task_kinds import TaskKind, declare_task, task_titles
from community.core.outbox.subscriptions import StaffTask, TaskResolved, staff_tasks
from community.core.unit_of_work import ReadContext
from community.members.queries.people import handles

declare_task(ConversationWaiting.name, TaskKind(verb="Answer", icon="rooms", group="today", settles_itself=True))


@task_titles.on(ConversationWaiting.name)
def waiting_titles(ctx: ReadContext, subjects: Collection[UUID]) -> Mapping[UUID, str]:
    """Return titles with the name of who waits."""
    found = [row for one in subjects if (row := access.find_conversation(ctx, one)) is not None]
    names = handles(ctx.session, {row.member_id for row in found})
    return {row.room_id: f"{named(names[row.member_id])} is waiting for an answer" for row in found}


@staff_tasks.on(ConversationWaiting)
def answer_member(ctx: ReadContext, event: ConversationWaiting) -> StaffTask | None:
    """Create a task to answer a member who wrote, for every coordinator: the one who answered last may be away."""
    row = access.find_conversation(ctx, event.room_id)
    if row is None or row.waiting_since is None:
        return None
    return StaffTask(
        title="Someone is waiting for your answer",
        url=f"/console/members/{event.member_id}/write",
        subject=event.room_id,
        hidden_from=(event.member_id,),
    )


@staff_tasks.on(ConversationAnswered, ConversationClosed)
def resolve_answered(_ctx: ReadContext, event: ConversationAnswered | ConversationClosed) -> TaskResolved:
    """Resolve the task once a coordinator has answered or closed the conversation."""
    return TaskResolved(kind=ConversationWaiting.name, subject=event.room_id, by=event.by)
