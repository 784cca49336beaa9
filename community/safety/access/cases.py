"""Loading cases, reports and appeals with permission: coordinators only, and never about themselves."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import Select, exists, or_, select

from community.core.errors import NotFound
from community.core.permissions import Permission, roles_with
from community.core.unit_of_work import ReadContext, Role, UnitOfWork
from community.members import access as members_access
from community.members.models import Member, Sanction
from community.members.queries.active_members import active_members, in_force
from community.members.rules import accounts
from community.rooms.models import RoomMembership
from community.safety.models import Appeal, Case, EvidenceAccess, Report
from community.safety.rules import WAITING


def case_to_read(ctx: ReadContext, report_id: UUID) -> Case:
    """Return the case of a report (or by its own id), for a coordinator whom it is not about. Raises Forbidden,
    NotFound.
    """
    case = ctx.session.scalar(_case(ctx, report_id))
    if case is None:
        raise NotFound
    return case


def case_to_handle(uow: UnitOfWork, report_id: UUID) -> Case:
    """Return the case of a report, locked, for a coordinator whom it is not about. Raises Forbidden, NotFound."""
    query = _case(uow, report_id).with_for_update(of=Case).execution_options(populate_existing=True)
    case = uow.session.scalar(query)
    if case is None:
        raise NotFound
    return case


def _case(ctx: ReadContext, report_id: UUID) -> Select[Case]:
    reported = exists().where(Report.case_id == Case.id, Report.id == report_id)
    return select(Case).where(
        or_(Case.id == report_id, reported), Case.member_id != ctx.permitted(Permission.HANDLE_REPORTS).id
    )


def lock_case(uow: UnitOfWork, case_id: UUID) -> Case | None:
    """Return a case, locked, for scheduled work. Checks no permission."""
    return uow.session.scalar(select(Case).where(Case.id == case_id).with_for_update())


def reports_of(ctx: ReadContext, case: Case) -> list[Report]:
    """Return all reports in a case, the oldest first."""
    return list(
        ctx.session.scalars(select(Report).where(Report.case_id == case.id).order_by(Report.created_at, Report.id))
    )


def evidence_accesses(ctx: ReadContext, case: Case) -> list[EvidenceAccess]:
    """Return the evidence accesses of a case, the newest first."""
    return list(
        ctx.session.scalars(
            select(EvidenceAccess).where(EvidenceAccess.case_id == case.id).order_by(EvidenceAccess.opened_at.desc())
        )
    )


def own_report(uow: UnitOfWork, subject_id: UUID, *, waiting_only: bool = False) -> Report | None:
    """Return the actor's report about a subject, if any. With `waiting_only`, only one that is still open."""
    query = select(Report).where(Report.subject_id == subject_id, Report.reporter_id == uow.actor.id)
    if waiting_only:
        query = query.join(Case, Case.id == Report.case_id).where(Case.state.in_(WAITING))
    return uow.session.scalar(query.order_by(Report.created_at.desc()).limit(1))


def waiting_case(uow: UnitOfWork, subject_id: UUID) -> Case | None:
    """Return the open case about a subject, locked."""
    return uow.session.scalar(
        select(Case).where(Case.subject_id == subject_id, Case.state.in_(WAITING)).with_for_update()
    )


def untaken_cases(ctx: ReadContext, *, but: UUID) -> list[Case]:
    """Return the open cases that no one has taken and no one paused, without those about a member. Checks no
    permission: for notifications.
    """
    query = select(Case).where(
        Case.state.in_(WAITING), Case.assignee_id.is_(None), Case.paused_at.is_(None), Case.member_id != but
    )
    return list(ctx.session.scalars(query.order_by(Case.due_at, Case.id)))


def lock_members(uow: UnitOfWork, member_ids: Iterable[UUID]) -> None:
    """Lock these members' rows in the order of their ids: two simultaneous reports then make one case."""
    ids = sorted(set(member_ids))
    uow.session.execute(select(Member.id).where(Member.id.in_(ids)).order_by(Member.id).with_for_update()).all()


def own_sanction(ctx: ReadContext, sanction_id: UUID) -> Sanction:
    """Return a sanction against the actor. Raises NotFound."""
    sanction = ctx.session.get(Sanction, sanction_id)
    if sanction is None or sanction.member_id != ctx.actor.id:
        raise NotFound
    return sanction


def sanction_by_link(ctx: ReadContext, sanction_id: UUID) -> Sanction:
    """Return a suspension for a visitor who followed the link in its mail. The caller has checked the link.

    Raises NotFound for other sanctions and once it is over: its member can then sign in and read it there.
    """
    is_it = (Sanction.id == sanction_id, Sanction.kind == "suspension", in_force(ctx.now))
    sanction = ctx.session.scalar(select(Sanction).where(*is_it))
    if sanction is None:
        raise NotFound
    return sanction


def sanction_to_lift(uow: UnitOfWork, sanction_id: UUID) -> Sanction:
    """Return a sanction, locked, for a coordinator whom it is not against, and not above them. Raises Forbidden,
    NotFound.
    """
    query = select(Sanction).where(
        Sanction.id == sanction_id, Sanction.member_id != uow.permitted(Permission.HANDLE_REPORTS).id
    )
    sanction = uow.session.scalar(query.with_for_update())
    if sanction is None:
        raise NotFound
    permission = accounts.sanction_permission(sanction.kind)
    members_access.member_not_above_actor(uow, sanction.member_id, permission=permission)
    return sanction


def appeal_of(ctx: ReadContext, sanction: Sanction) -> Appeal | None:
    """Return the appeal against a sanction, if there is one."""
    return ctx.session.scalar(select(Appeal).where(Appeal.sanction_id == sanction.id))


def appeal_to_read(ctx: ReadContext, appeal_id: UUID) -> tuple[Appeal, Sanction]:
    """Return an appeal and its sanction, for a coordinator other than the appellant. Raises Forbidden, NotFound."""
    appeal = ctx.session.scalar(
        select(Appeal).where(Appeal.id == appeal_id, Appeal.member_id != ctx.permitted(Permission.HANDLE_REPORTS).id)
    )
    if appeal is None:
        raise NotFound
    return appeal, ctx.session.get_one(Sanction, appeal.sanction_id)


def appeal_to_decide(uow: UnitOfWork, appeal_id: UUID) -> tuple[Appeal, Sanction]:
    """Return an appeal and its sanction, locked, for a coordinator other than the appellant. Raises Forbidden,
    NotFound.
    """
    query = select(Appeal).where(
        Appeal.id == appeal_id, Appeal.member_id != uow.permitted(Permission.HANDLE_REPORTS).id
    )
    appeal = uow.session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if appeal is None:
        raise NotFound
    sanction = uow.session.get_one(Sanction, appeal.sanction_id, with_for_update=True)
    members_access.member_not_above_actor(uow, appeal.member_id, permission=accounts.sanction_permission(sanction.kind))
    return appeal, sanction


def has_no_other_decider(ctx: ReadContext, sanction: Sanction) -> bool:
    """Return whether the coordinator who imposed a sanction is the only one who can decide an appeal against it: no
    other active staff have a role that is not below the member's.
    """
    theirs = Role(ctx.session.get_one(Member, sanction.member_id).role)
    able = roles_with(accounts.sanction_permission(sanction.kind))  # each of these handles reports, too
    roles = [role for role in able if not theirs.is_above(role)]
    return not set(active_members(ctx.session, now=ctx.now, roles=roles)) - {sanction.imposed_by, sanction.member_id}


def evidence_accesses_around_actor(ctx: ReadContext) -> list[tuple[UUID, UUID]]:
    """Return the cases with evidence accesses in a room that the actor is in: (case, member it is about)."""
    query = (
        select(Case.id, Case.member_id)
        .join(EvidenceAccess, EvidenceAccess.case_id == Case.id)
        .join(RoomMembership, RoomMembership.room_id == EvidenceAccess.room_id)
        .where(RoomMembership.member_id == ctx.actor.id)
        .distinct()
    )
    return [(row.id, row.member_id) for row in ctx.session.execute(query)]
