"""Staff tasks of check-ins."""

from community.check_ins.events import CheckInRecorded, CheckInReviewed, CoordinatorContactRequested
from community.check_ins.queries import check_ins
from community.core.outbox.subscriptions import StaffTask, TaskResolved, staff_tasks
from community.core.unit_of_work import ReadContext


@staff_tasks.on(CheckInRecorded)
def read_what_was_shared(ctx: ReadContext, event: CheckInRecorded) -> StaffTask | None:
    """Somebody wanted a coordinator to see how they are."""
    row = check_ins.check_in_row(ctx.session, event.check_in_id)
    if row is None or row.audience != "coordinator":
        return None
    url = f"/console/check-ins/{row.id}"
    return StaffTask(title="Somebody shared how they are", url=url, subject=row.id, hidden_from=(row.member_id,))


@staff_tasks.on(CheckInReviewed)
def it_was_read(_look: ReadContext, event: CheckInReviewed) -> TaskResolved:
    """A coordinator has seen to it."""
    return TaskResolved(kind=CheckInRecorded.name, subject=event.check_in_id, by=event.by)


@staff_tasks.on(CoordinatorContactRequested)
def get_in_touch(_look: ReadContext, event: CoordinatorContactRequested) -> StaffTask:
    """Somebody would like to hear from a coordinator."""
    return StaffTask(
        title="Somebody would like to hear from a coordinator",
        url=f"/console/members/{event.member_id}",
        subject=event.member_id,
        hidden_from=(event.member_id,),
    )
