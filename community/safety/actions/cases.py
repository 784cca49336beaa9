"""Actions of coordinators on a case: take it, open evidence, remove, sanction, dismiss. Each is audited.

Reading is an action here: each access to what members reported leaves an entry in the audit log.
"""

from datetime import datetime
from uuid import UUID

from community.core import audit_log
from community.core.errors import Conflict, ValidationFailed
from community.core.ids import new_id
from community.core.permissions import Permission
from community.core.unit_of_work import UnitOfWork
from community.members.actions import identity, sanctions
from community.members.models import Sanction
from community.members.queries.identity import IdentityView
from community.members.rules.identity import DANGER, DANGER_CATEGORIES
from community.rooms.actions.membership import bump_audience_version
from community.rooms.actions.messages import remove_reported
from community.safety import rules
from community.safety.access import cases
from community.safety.actions import reports
from community.safety.events import CaseAssigned, ColleagueAsked, EvidenceOpened, FirstResponseOverdue, ReportResolved
from community.safety.models import Case, EvidenceAccess
from community.safety.queries import cases as cases_queries
from community.safety.views import CaseView


class ReportClosed(Conflict):
    """The report is already decided."""

    code = "report_closed"
    message = "Someone has already decided this report."


class NothingToOpen(Conflict):
    """The case has no private evidence, or it is open already."""

    code = "nothing_to_open"
    message = "There’s nothing to open here, or it’s already open."


def read_case(uow: UnitOfWork, *, report_id: UUID) -> CaseView:
    """Return a case, as far as its evidence is open, and audit the access. Raises Forbidden, NotFound."""
    case = cases.case_to_read(uow, report_id)
    view = cases_queries.case_view(uow, case)
    audit_log.record(
        uow,
        "case.read",
        subject_id=case.id,
        member_id=case.member_id,
        with_messages=bool(view.messages),
        with_edits=bool(view.earlier or view.later),
    )
    return view


def open_evidence(uow: UnitOfWork, *, report_id: UUID) -> EvidenceAccess:
    """Open the messages around a reported message of a private room for 72 hours, and notify everyone in the room.

    Raises Forbidden, NotFound, NothingToOpen.
    """
    case = cases.case_to_handle(uow, report_id)
    if not case.is_private or case.room_id is None or cases_queries.is_evidence_open(uow, case):
        raise NothingToOpen
    if case.state not in (*rules.WAITING, "appealed"):
        raise ReportClosed
    opening = EvidenceAccess(
        id=new_id(),
        case_id=case.id,
        room_id=case.room_id,
        opened_by=uow.permitted(Permission.HANDLE_REPORTS).id,
        opened_at=uow.now,
        closes_at=uow.now + rules.OPEN_FOR,
        message_count=cases_queries.evidence_message_count(uow, case),
    )
    uow.session.add(opening)
    uow.record(EvidenceOpened(opening_id=opening.id))
    audit_log.record(
        uow,
        "evidence.opened",
        subject_id=case.id,
        member_id=case.member_id,
        room_id=case.room_id,
        until=opening.closes_at,
    )
    return opening


def open_identity(uow: UnitOfWork, *, report_id: UUID) -> IdentityView:
    """Return the legal name and emergency contact of the member in a waiting case of danger, with an audit entry.

    Raises Forbidden, NothingToOpen for other cases, and NotFound for a member without a record.
    """
    case = cases.case_to_handle(uow, report_id)
    if case.category not in DANGER_CATEGORIES or case.state not in rules.WAITING:
        raise NothingToOpen
    return identity.open_identity_audited(uow, member_id=case.member_id, reason=DANGER)


def take_case(uow: UnitOfWork, *, report_id: UUID) -> None:
    """Assign a case to the actor, also when a colleague has it. Raises Forbidden, NotFound, ReportClosed."""
    case = _waiting(uow, report_id)
    if case.assignee_id == uow.permitted(Permission.HANDLE_REPORTS).id:
        return
    before, case.assignee_id = case.assignee_id, uow.permitted(Permission.HANDLE_REPORTS).id
    case.state = "triaged"
    uow.record(CaseAssigned(case_id=case.id))
    audit_log.record(
        uow,
        "case.taken",
        subject_id=case.id,
        member_id=case.member_id,
        before=before,
        after=uow.permitted(Permission.HANDLE_REPORTS).id,
    )


def give_back_case(uow: UnitOfWork, *, report_id: UUID) -> None:
    """Remove the assignment of a case. When its first response has passed meanwhile, all coordinators hear of it now.

    Idempotent. Raises Forbidden, NotFound, ReportClosed.
    """
    case = _waiting(uow, report_id)
    before, case.assignee_id = case.assignee_id, None
    case.state = "open"
    if before is not None:
        uow.record(CaseAssigned(case_id=case.id))
        if case.paused_at is None and case.first_response_by is not None and case.first_response_by <= uow.now:
            uow.record(FirstResponseOverdue(case_id=case.id, first_response_by=case.first_response_by))
    audit_log.record(uow, "case.given_back", subject_id=case.id, member_id=case.member_id, before=before, after=None)


def pause_case(uow: UnitOfWork, *, report_id: UUID) -> None:
    """Stop the deadline while an answer is awaited. Idempotent. Raises Forbidden, NotFound, ReportClosed."""
    case = _waiting(uow, report_id)
    if case.paused_at is None:
        case.paused_at = uow.now
        audit_log.record(uow, "case.paused", subject_id=case.id, member_id=case.member_id)


def resume_case(uow: UnitOfWork, *, report_id: UUID) -> None:
    """Continue the deadline with the time that was left. Raises Forbidden, NotFound, ReportClosed."""
    case = _waiting(uow, report_id)
    if case.paused_at is None:
        return
    reports.end_pause(uow, case)
    reports.check_deadlines(uow, case)
    audit_log.record(uow, "case.resumed", subject_id=case.id, member_id=case.member_id, due_at=case.due_at)


def ask_colleague(uow: UnitOfWork, *, report_id: UUID) -> None:
    """Ask those on shift, or all other coordinators when no one is, to help with a case. At most once in five minutes.

    Raises Forbidden, NotFound, ReportClosed.
    """
    case = _waiting(uow, report_id)
    if case.asked_at is not None and case.asked_at + rules.ASK_AGAIN_AFTER > uow.now:
        return
    case.asked_at = uow.now
    uow.record(ColleagueAsked(case_id=case.id, asked_by=uow.permitted(Permission.HANDLE_REPORTS).id))
    audit_log.record(uow, "case.colleague_asked", subject_id=case.id, member_id=case.member_id)


def remove_message(uow: UnitOfWork, *, report_id: UUID, note: str = "") -> Case:
    """Remove the reported message. Raises Forbidden, NotFound, ReportClosed when it was dismissed."""
    case = _to_act_on(uow, report_id)
    if case.kind != "message":
        raise NothingToOpen
    remove_reported(uow, message_id=case.subject_id)
    audit_log.record(uow, "message.removed", subject_id=case.subject_id, member_id=case.member_id, case_id=case.id)
    return _decided(uow, case, state="actioned", note=note)


def impose(
    uow: UnitOfWork,
    *,
    report_id: UUID,
    kind: str,
    reason: str,
    code: str = "rules",
    everywhere: bool = False,
    until: datetime | None = None,
) -> Sanction:
    """Impose a sanction on the member whom the case is about, by default in the room where it happened.

    Raises Forbidden, NotFound, ReportClosed, Invalid.
    """
    case = _to_act_on(uow, report_id)
    is_here = kind == "room_ban" or (kind == "mute" and not everywhere)
    if is_here and case.room_id is None:
        raise ValidationFailed(errors={"kind": ["This report isn’t about a room."]})
    sanction = sanctions.impose(
        uow,
        member_id=case.member_id,
        kind=kind,
        code=code,
        reason=reason,
        room_id=case.room_id if is_here else None,
        until=until,
        case_id=case.id,
    )
    if kind == "room_ban" and case.room_id is not None:
        bump_audience_version(uow, room_id=case.room_id)
    _decided(uow, case, state="actioned", note="")
    return sanction


def suspend_author(uow: UnitOfWork, *, report_id: UUID, reason: str, until: datetime | None = None) -> Case:
    """Suspend the member whom the case is about. Raises Forbidden, NotFound, ReportClosed when it was dismissed,
    Invalid.
    """
    impose(uow, report_id=report_id, kind="suspension", reason=reason, until=until)
    return cases.case_to_read(uow, report_id)


def dismiss(uow: UnitOfWork, *, report_id: UUID, note: str = "") -> Case:
    """Dismiss a case. Raises Forbidden, NotFound, ReportClosed when something was done already."""
    case = _waiting(uow, report_id)
    audit_log.record(uow, "case.dismissed", subject_id=case.id, member_id=case.member_id, before=case.state)
    return _decided(uow, case, state="dismissed", note=note)


def _waiting(uow: UnitOfWork, report_id: UUID) -> Case:
    case = cases.case_to_handle(uow, report_id)
    if case.state not in rules.WAITING:
        raise ReportClosed
    return case


def _to_act_on(uow: UnitOfWork, report_id: UUID) -> Case:
    case = cases.case_to_handle(uow, report_id)
    if case.state == "dismissed":
        raise ReportClosed
    return case


def _decided(uow: UnitOfWork, case: Case, *, state: str, note: str) -> Case:
    """Close the case. Its reporters are notified once, however much is done after."""
    was_waiting = case.state in rules.WAITING
    case.state = state if case.state != "appealed" else case.state
    case.handled_by = uow.permitted(Permission.HANDLE_REPORTS).id
    case.handled_at = uow.now
    case.paused_at = None
    if note:
        uow.cipher.encrypt_column(case, Case.note, note)
    if was_waiting:
        uow.record(ReportResolved(report_id=case.id, handled_by=uow.permitted(Permission.HANDLE_REPORTS).id))
    return case
