"""Staff tasks of check-ins."""

from community.check_ins import access
from community.check_ins.events import CheckInRecorded, CheckInReviewed, CoordinatorContactRequested
from community.core.outbox.subscriptions import StaffTask, TaskResolved, staff_tasks
from community.core.unit_of_work import ReadContext


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
def contact_member(_ctx: ReadContext, event: CoordinatorContactRequested) -> StaffTask:
    """Create a task to contact a member who asked for it."""
    return StaffTask(
        title="Someone wants to talk to a coordinator",
        url=f"/console/members/{event.member_id}",
        subject=event.member_id,
        hidden_from=(event.member_id,),
    )
