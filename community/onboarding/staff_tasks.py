"""Staff tasks of onboarding."""

from community.conversations.events import ConversationAnswered
from community.core.outbox.staff_task_kinds import TaskKind
from community.core.outbox.subscriptions import StaffTask, TaskResolved, staff_tasks
from community.core.unit_of_work import ReadContext
from community.members.queries.task_titles import declare_member_task
from community.onboarding import access
from community.onboarding.events import (
    CompanionAssigned,
    CompanionCancelled,
    CompanionMissing,
    GreetingDue,
    NewcomerGreeted,
)

declare_member_task(
    "onboarding.greeting",
    TaskKind(verb="Welcome", icon="person", group="today", settles_itself=True),
    lambda name: f"{name} is new and hasn’t been welcomed yet",
)
declare_member_task(
    "companion.wanted",
    TaskKind(verb="Find someone", icon="person", group="today", settles_itself=True),
    lambda name: f"{name} is new and would like to be met at the door",
)


@staff_tasks.on(GreetingDue)
def greet_newcomer(ctx: ReadContext, event: GreetingDue) -> StaffTask | None:
    """Create a task when a newcomer has not been greeted for a day."""
    row = access.find_onboarding(ctx, event.member_id)
    if row is None or row.greeted_at is not None:
        return None
    title, url = "Someone new hasn't been welcomed yet", f"/console/members/{row.member_id}/write?about=newcomer"
    return StaffTask(
        title=title, url=url, subject=row.member_id, kind="onboarding.greeting", hidden_from=(row.member_id,)
    )


@staff_tasks.on(NewcomerGreeted)
def resolve_greeted(_ctx: ReadContext, event: NewcomerGreeted) -> TaskResolved:
    """Resolve the task once the newcomer is greeted."""
    return TaskResolved(kind="onboarding.greeting", subject=event.member_id, by=event.by)


@staff_tasks.on(ConversationAnswered)
def resolve_written_to(_ctx: ReadContext, event: ConversationAnswered) -> TaskResolved:
    """Resolve the task once a coordinator has written to the newcomer."""
    return TaskResolved(kind="onboarding.greeting", subject=event.member_id, by=event.by)


@staff_tasks.on(CompanionMissing)
def find_companion(ctx: ReadContext, event: CompanionMissing) -> StaffTask | None:
    """Create a task when a newcomer has no companion a day before."""
    row = access.find_onboarding(ctx, event.member_id)
    if row is None or row.occurrence_id != event.occurrence_id or row.companion_id is not None:
        return None
    title, url = "Someone new would like to be met at the door", "/welcome#doors"
    return StaffTask(title=title, url=url, subject=row.member_id, kind="companion.wanted", hidden_from=(row.member_id,))


@staff_tasks.on(CompanionCancelled)
def resolve_withdrawn(_ctx: ReadContext, event: CompanionCancelled) -> TaskResolved:
    """Resolve the task when the newcomer does not come."""
    return TaskResolved(kind="companion.wanted", subject=event.member_id)


@staff_tasks.on(CompanionAssigned)
def resolve_companion_found(_ctx: ReadContext, event: CompanionAssigned) -> TaskResolved:
    """Resolve the task once the newcomer has a companion."""
    return TaskResolved(kind="companion.wanted", subject=event.member_id, by=event.by)
