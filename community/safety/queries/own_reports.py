"""Reports as the members who made them read them: what they said, and what came of it as far as they may know."""

from uuid import UUID

from sqlalchemy import select

from community.core.db import Page, keyset_page
from community.core.errors import NotFound
from community.core.unit_of_work import ReadContext
from community.members.queries.on_call import on_shift, staffing
from community.safety import rules
from community.safety.models import Case, Report
from community.safety.views import OwnReport, SentReport


def my_reports(ctx: ReadContext, *, cursor: str | None, limit: int) -> Page[OwnReport]:
    """Return the actor's reports, newest first."""
    query = select(Report).where(Report.reporter_id == ctx.actor.id)
    by = (Report.created_at, Report.id)
    page = keyset_page(ctx.session, query, by=by, cursor=cursor, limit=limit, descending=True)
    ids = {row.case_id for row in page.items}
    states = dict(ctx.session.execute(select(Case.id, Case.state).where(Case.id.in_(ids))).all())
    items = [
        OwnReport(
            row.id,
            row.category,
            ctx.cipher.show_column(row, Report.reason),
            rules.outcome(states[row.case_id]),
            row.created_at,
        )
        for row in page.items
    ]
    return Page(items, page.next_cursor)


def sent_report(ctx: ReadContext, report_id: UUID) -> SentReport:
    """Return one of the actor's reports, and who looks at it by when. Raises NotFound."""
    row = ctx.session.get(Report, report_id)
    if row is None or row.reporter_id != ctx.actor.id:
        raise NotFound
    case = ctx.session.get_one(Case, row.case_id)
    first = [one for one in on_shift(ctx.session, now=ctx.now) if one != case.member_id]
    return SentReport(
        id=row.id,
        category=row.category,
        outcome=rules.outcome(case.state),
        due_at=case.due_at,
        goes_to_shift=bool(first),
        all_hear_at=case.first_response_by,
        staffing=staffing(ctx.session, now=ctx.now),
    )
