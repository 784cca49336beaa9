"""Staff tasks of buddies."""

from collections.abc import Collection, Mapping
from uuid import UUID

from community.buddies.events import (
    MentorApplied,
    MentorApproved,
    MentorRejected,
    PairingSafetyFlagged,
    PairingSafetyReviewed,
)
from community.buddies.queries import pairings
from community.core.outbox.notification_texts import named
from community.core.outbox.staff_task_kinds import TaskKind, declare_task, task_titles
from community.core.outbox.subscriptions import StaffTask, TaskResolved, staff_tasks
from community.core.unit_of_work import ReadContext
from community.members.queries.people import handles
from community.members.queries.task_titles import declare_member_task

declare_task("pairing.safety_flagged", TaskKind(verb="Review", icon="buddy", group="today", settles_itself=True))
declare_member_task(
    "mentor.applied",
    TaskKind(verb="Decide", icon="buddy", settles_itself=True),
    lambda name: f"{name} offers to support new people",
)


@task_titles.on("pairing.safety_flagged")
def pairing_titles(ctx: ReadContext, subjects: Collection[UUID]) -> Mapping[UUID, str]:
    """Return titles with the names of both."""
    found = [row for one in subjects if (row := pairings.pair(ctx.session, one)) is not None]
    names = handles(ctx.session, {member_id for row in found for member_id in (row.a_id, row.b_id)})
    return {row.id: f"Someone didn’t feel safe: {named(names[row.a_id])} and {named(names[row.b_id])}" for row in found}


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
