"""Appeals against sanctions, decided by someone other than the coordinator who imposed them."""

from dataclasses import replace
from uuid import UUID

from community.core import audit_log
from community.core.errors import Conflict
from community.core.ids import new_id
from community.core.permissions import Permission
from community.core.unit_of_work import UnitOfWork
from community.members.actions import sanctions
from community.members.models import Sanction
from community.rooms.actions.membership import bump_audience_version
from community.safety import rules
from community.safety.access import cases
from community.safety.events import AppealDecided, SanctionAppealed
from community.safety.models import Appeal
from community.safety.queries import cases as cases_queries
from community.safety.views import AppealView


class AppealMade(Conflict):
    """The member has already appealed this sanction."""

    code = "appeal_made"
    message = "You've already appealed. A coordinator will read it."


class AppealTooLate(Conflict):
    """The sanction is over, or too old for an appeal."""

    code = "appeal_too_late"
    message = "It's too late to appeal this."


class AppealClosed(Conflict):
    """The appeal is already decided."""

    code = "appeal_closed"
    message = "Someone has already decided this."


class OtherCoordinatorDecides(Conflict):
    """The coordinator who imposed a sanction may not decide its appeal."""

    code = "somebody_else_decides"
    message = "You set this restriction. Someone else has to decide."


def appeal(uow: UnitOfWork, *, sanction_id: UUID, statement: str) -> Appeal:
    """Appeal a sanction against the actor, once. Raises NotFound, AppealMade, AppealTooLate."""
    return _appeal(uow, cases.own_sanction(uow, sanction_id), statement)


def appeal_by_link(uow: UnitOfWork, *, sanction_id: UUID, statement: str) -> Appeal:
    """Appeal by the link in the mail, which the endpoint has checked: a suspended member cannot sign in.

    Raises NotFound, AppealMade, AppealTooLate.
    """
    return _appeal(uow, cases.sanction_by_link(uow, sanction_id), statement)


def _appeal(uow: UnitOfWork, sanction: Sanction, statement: str) -> Appeal:
    cases.lock_members(uow, [sanction.member_id])
    if cases.appeal_of(uow, sanction) is not None:
        raise AppealMade
    is_over = sanction.lifted_at is not None or (sanction.ends_at is not None and sanction.ends_at <= uow.now)
    if is_over or sanction.starts_at + rules.APPEAL_WITHIN < uow.now:
        raise AppealTooLate
    made = Appeal(id=new_id(), sanction_id=sanction.id, member_id=sanction.member_id, state="waiting", made_at=uow.now)
    uow.cipher.encrypt_column(made, Appeal.statement, statement)
    uow.session.add(made)
    case = cases.lock_case(uow, sanction.case_id) if sanction.case_id else None
    if case is not None:
        case.state = "appealed"
    uow.record(SanctionAppealed(appeal_id=made.id))
    return made


def read_appeal(uow: UnitOfWork, *, appeal_id: UUID) -> AppealView:
    """Return an appeal with its sanction, and audit the access. Raises Forbidden, NotFound."""
    made, sanction = cases.appeal_to_read(uow, appeal_id)
    audit_log.record(uow, "appeal.read", subject_id=made.id, member_id=made.member_id, sanction_id=sanction.id)
    view = cases_queries.appeal_view(uow, made, sanction)
    is_alone = cases.has_no_other_decider(uow, sanction)
    is_other = sanction.imposed_by != uow.permitted(Permission.HANDLE_REPORTS).id
    return replace(view, can_decide=made.state == "waiting" and (is_other or is_alone), has_no_other_decider=is_alone)


def decide(uow: UnitOfWork, *, appeal_id: UUID, decision: str, answer: str) -> Appeal:
    """Uphold the sanction (`upheld`) or end it (`lifted`), with a text for the member.

    The coordinator who imposed it may decide only if no one else can. Raises Forbidden, NotFound, AppealClosed,
    OtherCoordinatorDecides.
    """
    made, sanction = cases.appeal_to_decide(uow, appeal_id)
    if made.state != "waiting":
        raise AppealClosed
    is_own = sanction.imposed_by == uow.permitted(Permission.HANDLE_REPORTS).id
    if is_own and not cases.has_no_other_decider(uow, sanction):
        raise OtherCoordinatorDecides
    made.state = decision
    uow.cipher.encrypt_column(made, Appeal.answer, answer)
    made.decided_by, made.decided_at = uow.permitted(Permission.HANDLE_REPORTS).id, uow.now
    audit_log.record(
        uow, "appeal.decided", subject_id=made.id, member_id=made.member_id, sanction_id=sanction.id, after=decision
    )
    if decision == "lifted":
        lift(uow, sanction_id=sanction.id)
    case = cases.lock_case(uow, sanction.case_id) if sanction.case_id else None
    if case is not None and case.state == "appealed":
        case.state = "actioned"
    uow.record(AppealDecided(appeal_id=made.id, decided_by=uow.permitted(Permission.HANDLE_REPORTS).id))
    return made


def lift(uow: UnitOfWork, *, sanction_id: UUID) -> None:
    """End a sanction before its time. Raises Forbidden, NotFound."""
    sanction = cases.sanction_to_lift(uow, sanction_id)
    sanctions.lift(uow, sanction)
    if sanction.kind == "room_ban" and sanction.room_id is not None:
        bump_audience_version(uow, room_id=sanction.room_id)
