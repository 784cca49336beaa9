"""Staff tasks of reports and appeals."""

from sqlalchemy import select

from community.core.outbox.subscriptions import StaffTask, TaskResolved, staff_tasks
from community.core.unit_of_work import ReadContext
from community.members.models import Sanction
from community.safety.access.deciders import deciding_coordinators
from community.safety.events import AppealDecided, MessageReported, ReportResolved, SanctionAppealed
from community.safety.models import Appeal, Case, Report
from community.safety.rules import WAITING


@staff_tasks.on(MessageReported)
def review_report(ctx: ReadContext, event: MessageReported) -> StaffTask | None:
    """Add a task to decide a case, hidden from the coordinator whom it is about. Further reports add none."""
    case = ctx.session.scalar(select(Case).join(Report, Report.case_id == Case.id).where(Report.id == event.report_id))
    if case is None or case.state not in WAITING:
        return None
    return StaffTask(
        title="A report is waiting",
        url=f"/console/reports/{case.id}",
        subject=case.id,
        due_at=case.due_at,
        hidden_from=[case.member_id],
    )


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
