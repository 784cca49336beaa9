"""Staff tasks of buddies."""

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
def review_pairing(ctx: ReadContext, event: PairingSafetyFlagged) -> StaffTask | None:
    """Add a task to review a pairing that did not feel safe, hidden from a coordinator who is one of the two."""
    row = pairings.pair(ctx.session, event.pairing_id)
    if row is None:
        return None
    return StaffTask(
        title="Someone didn’t feel safe with their buddy",
        url=f"/console/buddies#{row.id}",
        subject=row.id,
        hidden_from=(row.a_id, row.b_id),
    )


@staff_tasks.on(PairingSafetyReviewed)
def pairing_reviewed(_ctx: ReadContext, event: PairingSafetyReviewed) -> TaskResolved:
    """Finish the task when a coordinator has reviewed it."""
    return TaskResolved(kind="pairing.safety_flagged", subject=event.pairing_id, by=event.by)


@staff_tasks.on(MentorApplied)
def review_offer(_ctx: ReadContext, event: MentorApplied) -> StaffTask:
    """Add a task to decide about a member who wants to be a mentor."""
    return StaffTask(
        title="Someone offers to support new people",
        url=f"/console/buddies#{event.member_id}",
        subject=event.member_id,
        hidden_from=(event.member_id,),
    )


@staff_tasks.on(MentorApproved, MentorRejected)
def offer_reviewed(_ctx: ReadContext, event: MentorApproved | MentorRejected) -> TaskResolved:
    """Finish the task when a coordinator decided, or the member no longer offers it."""
    return TaskResolved(kind="mentor.applied", subject=event.member_id)
