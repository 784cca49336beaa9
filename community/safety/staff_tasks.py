"""Staff tasks of reports and appeals."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import select

from community.core.outbox.notification_texts import named
from community.core.outbox.staff_task_kinds import TaskKind, declare_task, task_titles
from community.core.outbox.subscriptions import StaffTask, TaskAssigned, TaskResolved, staff_tasks
from community.core.unit_of_work import ReadContext
from community.members.models import Sanction
from community.members.queries.people import handles
from community.safety.access.deciders import deciding_coordinators
from community.safety.events import AppealDecided, CaseAssigned, MessageReported, ReportResolved, SanctionAppealed
from community.safety.models import Appeal, Case, Report
from community.safety.queries import cases as cases_queries
from community.safety.rules import CATEGORY_NAMES, WAITING

declare_task(MessageReported.name, TaskKind(verb="Read it", icon="flag", group="today", settles_itself=True))
declare_task(SanctionAppealed.name, TaskKind(verb="Read it", icon="flag", group="today", settles_itself=True))
WHAT = {"message": "message by", "meetup": "meetup by", "member": "about", "suggestion": "buddy suggestion with"}


@task_titles.on(MessageReported.name)
def report_titles(ctx: ReadContext, subjects: Collection[UUID]) -> Mapping[UUID, str]:
    """Return titles such as "Danger · message by Wren, 2 reports"."""
    return {
        one.id: f"{CATEGORY_NAMES[one.category]} · {WHAT[one.kind]} {named(one.author.handle)}, "
        + ("1 report" if one.report_count == 1 else f"{one.report_count} reports")
        for one in cases_queries.summaries(ctx, subjects)
    }


@task_titles.on(SanctionAppealed.name)
def appeal_titles(ctx: ReadContext, subjects: Collection[UUID]) -> Mapping[UUID, str]:
    """Return titles with the name of who appealed."""
    rows = ctx.session.execute(select(Appeal.id, Appeal.member_id).where(Appeal.id.in_(subjects))).all()
    names = handles(ctx.session, {row.member_id for row in rows})
    return {row.id: f"Appeal by {named(names[row.member_id])}" for row in rows}


@staff_tasks.on(MessageReported)
def review_report(ctx: ReadContext, event: MessageReported) -> list[StaffTask | TaskAssigned] | None:
    """Add a task to decide a case, hidden from the coordinator whom it is about. Further reports add none."""
    case = ctx.session.scalar(select(Case).join(Report, Report.case_id == Case.id).where(Report.id == event.report_id))
    if case is None or case.state not in WAITING:
        return None
    task = StaffTask(
        title="A report is waiting",
        url=f"/console/reports/{case.id}",
        subject=case.id,
        due_at=case.due_at,
        hidden_from=[case.member_id],
    )
    return [task, _assigned(case)]


@staff_tasks.on(CaseAssigned)
def assign_report(ctx: ReadContext, event: CaseAssigned) -> list[StaffTask | TaskAssigned] | None:
    """Give the task of a case to the coordinator who has the case now, or to no one."""
    case = ctx.session.get(Case, event.case_id)
    return [_assigned(case)] if case is not None else None


def _assigned(case: Case) -> TaskAssigned:
    return TaskAssigned(kind=MessageReported.name, subject=case.id, to=case.assignee_id)


@staff_tasks.on(ReportResolved)
def resolve_report(ctx: ReadContext, event: ReportResolved) -> TaskResolved:
    """Finish the task of a case that was decided."""
    return TaskResolved(kind=MessageReported.name, subject=event.report_id, by=event.handled_by)


@staff_tasks.on(SanctionAppealed)
def review_appeal(ctx: ReadContext, event: SanctionAppealed) -> StaffTask | None:
    """Add a task to decide an appeal, hidden from its author."""
    row = ctx.session.get(Appeal, event.appeal_id)
    if row is None or row.state != "waiting":
        return None
    sanction = ctx.session.get_one(Sanction, row.sanction_id)
    deciding = deciding_coordinators(ctx, member_id=row.member_id, imposed_by=sanction.imposed_by)
    return StaffTask(
        title="An appeal is waiting",
        url=f"/console/appeals/{row.id}",
        subject=row.id,
        hidden_from=[one for one in (row.member_id, sanction.imposed_by) if one not in deciding],
    )


@staff_tasks.on(AppealDecided)
def resolve_appeal(ctx: ReadContext, event: AppealDecided) -> TaskResolved:
    """Finish the task of an appeal that was decided."""
    return TaskResolved(kind=SanctionAppealed.name, subject=event.appeal_id, by=event.decided_by)
