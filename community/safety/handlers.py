"""Handlers of safety: cases whose deadline has passed, and reported messages that retention keeps."""

from sqlalchemy import ColumnElement, exists

from community.core import audit_log
from community.core.outbox.subscriptions import handlers
from community.core.unit_of_work import UnitOfWork
from community.rooms.actions.retention import retention_holds
from community.rooms.models import Message
from community.safety import rules
from community.safety.access import cases
from community.safety.events import CaseAssigned, CaseOverdue
from community.safety.models import Report


@handlers.on(CaseOverdue)
def release_overdue_case(uow: UnitOfWork, event: CaseOverdue) -> None:
    """Remove the assignment of a case whose deadline has passed: another coordinator can take it."""
    case = cases.lock_case(uow, event.case_id)
    if case is None or case.state not in rules.WAITING or case.paused_at is not None or case.due_at != event.due_at:
        return
    before, case.assignee_id = case.assignee_id, None
    case.state = "open"
    case.escalated_at = uow.now
    if before is not None:
        uow.record(CaseAssigned(case_id=case.id))
    audit_log.record(uow, "case.passed_on", subject_id=case.id, member_id=case.member_id, before=before)


def is_reported() -> ColumnElement[bool]:
    """Return the condition on `Message` that a report names it. The report holds an encrypted copy of its text."""
    return exists().where(Report.subject_id == Message.id)


retention_holds.append(is_reported)
