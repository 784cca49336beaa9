"""Off-boarding of a staff member in one transaction: colleagues get what they held, and their role ends."""

from collections.abc import Callable, Mapping
from uuid import UUID

from community.console import access
from community.conversations.actions import hand_over_conversations
from community.core import audit_log
from community.core.errors import ValidationFailed
from community.core.unit_of_work import UnitOfWork
from community.meetups.actions.handover import hand_over_meetups
from community.members.actions import offboarding
from community.members.events import WorkHandedOver
from community.members.queries import offboarding as queries
from community.safety.actions.handover import hand_over_cases
from community.shifts.actions import hand_over_shifts

CANNOT_TAKE_OVER = "Choose a coordinator or an admin who is active."


def hand_over_tasks(uow: UnitOfWork, *, from_id: UUID, to_id: UUID) -> int:
    """Assign the open tasks of one colleague to another, and return how many.

    A task that is hidden from the new colleague becomes unassigned.
    """
    count = 0
    for task, is_hidden in access.locked_tasks_of(uow, from_id, hidden_from=to_id):
        task.taken_by = None if is_hidden else to_id
        count += not is_hidden
    return count


# What is handed over, in the order in which rows are locked elsewhere.
KINDS: Mapping[str, Callable[..., int]] = {
    "notes": offboarding.hand_over_notes,
    "invitations": offboarding.hand_over_invitations,
    "meetups": hand_over_meetups,
    "shifts": hand_over_shifts,
    "conversations": hand_over_conversations,
    "cases": hand_over_cases,
    "tasks": hand_over_tasks,
}


def off_board(
    uow: UnitOfWork, *, member_id: UUID, then: str, successor_id: UUID, successors: Mapping[str, UUID | None]
) -> None:
    """End the role of a staff member, who becomes an alumnus or whose account is closed (`then`).

    `successors` name a colleague by kind; `successor_id` takes over every other kind. All or nothing: a process that
    dies leaves everything as it was. Each colleague is told what is theirs now. Raises Forbidden, NotFound, Conflict
    for the actor's own role, ValidationFailed for a successor who cannot take over.
    """
    member = queries.staff_member_to_off_board(uow, member_id, lock=True)
    possible = queries.possible_successors(uow, member.id)
    takes = {kind: successors.get(kind) or successor_id for kind in KINDS}
    wrong = {kind: [CANNOT_TAKE_OVER] for kind, taker in takes.items() if taker not in possible}
    if wrong:
        raise ValidationFailed(errors=wrong if successor_id in possible else {"successor_id": [CANNOT_TAKE_OVER]})
    counts = {kind: hand_over(uow, from_id=member.id, to_id=takes[kind]) for kind, hand_over in KINDS.items()}
    offboarding.end_staff_role(uow, member, then=then)
    for taker in dict.fromkeys(takes.values()):
        theirs = {kind: count for kind, count in counts.items() if takes[kind] == taker}
        if any(theirs.values()):
            uow.record(WorkHandedOver(from_id=member.id, to_id=taker, **theirs))
            audit_log.record(uow, "work.handed_over", subject_id=member.id, member_id=taker, **theirs)
    uow.notify_member(*takes.values())
