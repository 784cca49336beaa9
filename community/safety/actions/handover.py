"""Hand-over of the cases of a coordinator who leaves."""

from uuid import UUID

from community.core import audit_log
from community.core.unit_of_work import UnitOfWork
from community.safety.access.handover import locked_cases_of


def hand_over_cases(uow: UnitOfWork, *, from_id: UUID, to_id: UUID) -> int:
    """Assign the open cases of one colleague to another, and return how many. Raises Forbidden.

    A case about the new colleague becomes unassigned: no one decides about themselves.
    """
    count = 0
    for case in locked_cases_of(uow, from_id):
        if case.member_id == to_id:
            case.assignee_id, case.state = None, "open"
        else:
            case.assignee_id, count = to_id, count + 1
        audit_log.record(
            uow,
            "case.handed_over",
            subject_id=case.id,
            member_id=case.member_id,
            before=from_id,
            after=case.assignee_id,
        )
    return count
