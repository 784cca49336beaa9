"""What coordinators have to do about buddies."""

from community.buddies.events import (
    MentorApplied,
    MentorApproved,
    MentorRejected,
    PairingSafetyFlagged,
    PairingSafetyReviewed,
)
from community.buddies.queries import pairings
from community.core.outbox.subscriptions import StaffTask, TaskResolved, staff_tasks
from community.core.unit_of_work import ReadContext


@staff_tasks.on(PairingSafetyFlagged)
def look_into_it(ctx: ReadContext, event: PairingSafetyFlagged) -> StaffTask | None:
    """Somebody did not feel safe with their buddy. A coordinator who is one of the two does not see it."""
    row = pairings.pairing_row(ctx.session, event.pairing_id)
    if row is None:
        return None
    return StaffTask(
        title="Somebody did not feel safe",
        url=f"/console/buddies#{row.id}",
        subject=row.id,
        hidden_from=(row.a_id, row.b_id),
    )


@staff_tasks.on(PairingSafetyReviewed)
def somebody_has(_look: ReadContext, event: PairingSafetyReviewed) -> TaskResolved:
    """A coordinator has looked into it."""
    return TaskResolved(kind="pairing.safety_flagged", subject=event.pairing_id, by=event.by)


@staff_tasks.on(MentorApplied)
def read_the_offer(_look: ReadContext, event: MentorApplied) -> StaffTask:
    """Somebody offers to be there for newcomers."""
    return StaffTask(
        title="Somebody offers to be there for newcomers",
        url=f"/console/buddies#{event.member_id}",
        subject=event.member_id,
        hidden_from=(event.member_id,),
    )


@staff_tasks.on(MentorApproved, MentorRejected)
def the_offer_was_read(_look: ReadContext, event: MentorApproved | MentorRejected) -> TaskResolved:
    """A coordinator has decided, or it is not offered any more."""
    return TaskResolved(kind="mentor.applied", subject=event.member_id)
