"""Staff tasks of inactivity."""

from community.core.outbox.subscriptions import StaffTask, TaskResolved, staff_tasks
from community.core.unit_of_work import ReadContext
from community.inactivity.events import InactivityDetected, InactivityEnded
from community.inactivity.rules import COORDINATORS


@staff_tasks.on(InactivityDetected)
def contact_member(_ctx: ReadContext, event: InactivityDetected) -> StaffTask | None:
    """Somebody wanted you to know when they have been quiet for weeks. Ask how they are, that is all."""
    if event.level != COORDINATORS:
        return None
    return StaffTask(
        title="Somebody has been quieter than usual for weeks. Ask how they are",
        url=f"/console/members/{event.member_id}",
        subject=event.member_id,
        hidden_from=(event.member_id,),
    )


@staff_tasks.on(InactivityEnded)
def resolve_ended(_ctx: ReadContext, event: InactivityEnded) -> TaskResolved:
    """They are as they used to be, or do not want it noticed any more."""
    return TaskResolved(kind=InactivityDetected.name, subject=event.member_id)
