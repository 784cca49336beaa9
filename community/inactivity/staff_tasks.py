"""Staff tasks of inactivity."""

from community.core.outbox.staff_task_kinds import TaskKind
from community.core.outbox.subscriptions import StaffTask, TaskResolved, staff_tasks
from community.core.unit_of_work import ReadContext
from community.inactivity.events import InactivityDetected, InactivityEnded
from community.inactivity.rules import COORDINATORS
from community.members.queries.task_titles import declare_member_task

declare_member_task(
    InactivityDetected.name,
    TaskKind(verb="Ask", icon="moon"),
    lambda name: f"{name} has been quieter than usual for weeks. Ask how they are",
)


@staff_tasks.on(InactivityDetected)
def contact_member(_ctx: ReadContext, event: InactivityDetected) -> StaffTask | None:
    """Create a task to ask how a member is who wanted coordinators to know of weeks of inactivity."""
    if event.level != COORDINATORS:
        return None
    return StaffTask(
        title="Someone has been quieter than usual for weeks. Ask how they are",
        url=f"/console/members/{event.member_id}",
        subject=event.member_id,
        hidden_from=(event.member_id,),
    )


@staff_tasks.on(InactivityEnded)
def resolve_ended(_ctx: ReadContext, event: InactivityEnded) -> TaskResolved:
    """Resolve the task when the inactivity ends or the watch is turned off."""
    return TaskResolved(kind=InactivityDetected.name, subject=event.member_id)
