"""What safety does by the clock: a case whose time has passed is anybody's."""

from community.core import audit
from community.core.subscribers import reactions
from community.core.unit_of_work import UnitOfWork
from community.safety import access, rules
from community.safety.events import CaseOverdue


@reactions.on(CaseOverdue)
def pass_on(uow: UnitOfWork, event: CaseOverdue) -> None:
    """Take the case from whoever let its time pass, so that the next one can have it."""
    case = access.case_by_clock(uow, event.case_id)
    if case is None or case.state not in rules.WAITING or case.paused_at is not None or case.due_at != event.due_at:
        return
    before, case.assignee_id = case.assignee_id, None
    case.state = "open"
    case.escalated_at = uow.now
    audit.record(uow, "case.passed_on", subject_id=case.id, member_id=case.member_id, before=before)
