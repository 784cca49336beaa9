"""Cases as coordinators read them, and sanctions and reports as the members they concern read them."""

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from community.core.crypto.cipher import FieldCipher, is_encrypted
from community.core.db import Page, keyset_page
from community.core.permissions import Permission
from community.core.unit_of_work import ReadContext
from community.members.models import Sanction
from community.members.queries.on_call import on_shift
from community.members.queries.people import handles
from community.rooms import access as rooms_access
from community.rooms.queries import messages
from community.safety import rules
from community.safety.access import cases as cases_access
from community.safety.models import Appeal, Case, EvidenceAccess, Report
from community.safety.views import (
    AppealView,
    CaseSummary,
    CaseView,
    EvidenceAccessView,
    MessageText,
    Person,
    ReportedMessage,
    ReportView,
    SanctionView,
)


def list_cases(ctx: ReadContext, *, cursor: str | None, limit: int, state: str | None = None) -> Page[CaseSummary]:
    """Return cases for coordinators, none about oneself: open ones by deadline, others newest first."""
    query = select(Case).where(Case.member_id != ctx.permitted(Permission.HANDLE_REPORTS).id)
    if state == "open":
        query = query.where(Case.state.in_(rules.WAITING))
        page = keyset_page(ctx.session, query, by=(Case.due_at, Case.id), cursor=cursor, limit=limit)
    else:
        query = query.where(Case.state == state) if state else query
        by = (Case.opened_at, Case.id)
        page = keyset_page(ctx.session, query, by=by, cursor=cursor, limit=limit, descending=True)
    return Page(_summaries(ctx, page.items), page.next_cursor)


def summaries(ctx: ReadContext, case_ids: Collection[UUID]) -> list[CaseSummary]:
    """Return these cases, without those about the actor. Raises Forbidden."""
    mine = ctx.permitted(Permission.HANDLE_REPORTS).id
    rows = ctx.session.scalars(select(Case).where(Case.id.in_(case_ids), Case.member_id != mine))
    return _summaries(ctx, list(rows))


def case_view(ctx: ReadContext, case: Case) -> CaseView:
    """Return the view of a case that was loaded with permission. Private messages are included only while evidence is
    open.
    """
    reports = cases_access.reports_of(ctx, case)
    openings = cases_access.evidence_accesses(ctx, case)
    shows = not case.is_private or is_evidence_open(ctx, case)
    names = handles(
        ctx.session, {*(row.reporter_id for row in reports), *([case.handled_by] if case.handled_by else ())}
    )
    views = tuple(_report_view(row, names, ctx.cipher, shows=shows) for row in reports)
    sanctions = ctx.session.scalars(
        select(Sanction).where(Sanction.case_id == case.id).order_by(Sanction.starts_at, Sanction.id)
    ).all()
    waiting = select(Appeal.id).where(Appeal.sanction_id.in_([one.id for one in sanctions]), Appeal.state == "waiting")
    return CaseView(
        summary=_summaries(ctx, [case])[0],
        room=_snapshot(reports[0], ctx.cipher)["room"] if reports else "",
        message_id=case.subject_id,
        note=ctx.cipher.show_column(case, Case.note) if case.note else "",
        reports=views,
        messages=views[0].messages if views else (),
        earlier=views[0].earlier if views else (),
        later=_later(ctx, case, reports) if shows else (),
        open_until=openings[0].closes_at if openings and shows and case.is_private else None,
        can_open=case.is_private and not shows and case.state in (*rules.WAITING, "appealed"),
        sanctions=tuple(sanction_view(one, ctx.cipher, now=ctx.now) for one in sanctions),
        appeal_id=ctx.session.scalar(waiting.limit(1)) if sanctions else None,
        handled_by=names.get(case.handled_by) if case.handled_by else None,
        handled_at=case.handled_at,
        on_call=_on_call(ctx, case),
        asked_at=case.asked_at,
    )


def _on_call(ctx: ReadContext, case: Case) -> tuple[Person, ...]:
    """Return the coordinators on shift now, without the actor and the member whom the case is about."""
    found = [one for one in on_shift(ctx.session, now=ctx.now) if one not in (ctx.actor.id, case.member_id)]
    names = handles(ctx.session, set(found))
    return tuple(Person(one, names[one]) for one in found)


def is_evidence_open(ctx: ReadContext, case: Case) -> bool:
    """Return whether messages of a private room may be read now."""
    openings = cases_access.evidence_accesses(ctx, case)
    return bool(openings) and openings[0].closes_at > ctx.now


def evidence_message_count(ctx: ReadContext, case: Case) -> int:
    """Return the largest number of messages that an access shows, over all reports of a case."""
    return max((len(_snapshot(row, ctx.cipher)["messages"]) for row in cases_access.reports_of(ctx, case)), default=0)


def count_open_cases(ctx: ReadContext) -> int:
    """Return the number of cases that are open to the acting coordinator."""
    query = (
        select(func.count())
        .select_from(Case)
        .where(Case.state.in_(rules.WAITING), Case.member_id != ctx.permitted(Permission.HANDLE_REPORTS).id)
    )
    return ctx.session.scalars(query).one()


def my_sanctions(ctx: ReadContext, *, cursor: str | None, limit: int) -> Page[SanctionView]:
    """Return the sanctions against the actor, newest first."""
    query = select(Sanction).where(Sanction.member_id == ctx.actor.id)
    by = (Sanction.starts_at, Sanction.id)
    page = keyset_page(ctx.session, query, by=by, cursor=cursor, limit=limit, descending=True)
    return Page([sanction_view(row, ctx.cipher, now=ctx.now) for row in page.items], page.next_cursor)


def sanctions_of(ctx: ReadContext, member_id: UUID) -> list[SanctionView]:
    """Return the latest twenty sanctions against a member, for coordinators. Raises Forbidden."""
    _ = ctx.permitted(Permission.HANDLE_REPORTS)
    query = select(Sanction).where(Sanction.member_id == member_id).order_by(Sanction.starts_at.desc(), Sanction.id)
    return [sanction_view(row, ctx.cipher, now=ctx.now) for row in ctx.session.scalars(query.limit(20))]


def sanction_with_appeal(ctx: ReadContext, sanction: Sanction) -> tuple[SanctionView, AppealView | None]:
    """Return the view of a sanction that was loaded with permission, and of the appeal against it."""
    made = cases_access.appeal_of(ctx, sanction)
    view = sanction_view(sanction, ctx.cipher, now=ctx.now)
    return view, appeal_view(ctx, made, sanction) if made else None


def sanction_view(row: Sanction, cipher: FieldCipher, *, now: datetime) -> SanctionView:
    """Return a sanction with its reason. Reasons from before encryption are read as they are."""
    return SanctionView(
        id=row.id,
        kind=row.kind,
        code=row.code,
        reason=cipher.show_column(row, Sanction.reason) if is_encrypted(row.reason) else row.reason,
        room_id=row.room_id,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        lifted_at=row.lifted_at,
        holds=row.lifted_at is None and (row.ends_at is None or row.ends_at > now),
    )


def appeal_view(ctx: ReadContext, row: Appeal, sanction: Sanction) -> AppealView:
    """Return the view of an appeal that was loaded with permission."""
    names = handles(ctx.session, {row.member_id, sanction.imposed_by})
    return AppealView(
        id=row.id,
        state=row.state,
        statement=ctx.cipher.show_column(row, Appeal.statement),
        answer=ctx.cipher.show_column(row, Appeal.answer) if row.answer else "",
        made_at=row.made_at,
        decided_at=row.decided_at,
        member=Person(row.member_id, names[row.member_id]),
        imposed_by=Person(sanction.imposed_by, names[sanction.imposed_by]),
        case_id=sanction.case_id,
        sanction=sanction_view(sanction, ctx.cipher, now=ctx.now),
    )


def evidence_accesses(ctx: ReadContext, room_id: UUID) -> list[EvidenceAccessView]:
    """Return the latest fifty accesses to messages of a room the actor is in. Raises NotFound."""
    rooms_access.room_to_see(ctx, room_id)
    rows = ctx.session.scalars(
        select(EvidenceAccess)
        .where(EvidenceAccess.room_id == room_id)
        .order_by(EvidenceAccess.opened_at.desc())
        .limit(50)
    )
    return [EvidenceAccessView(row.opened_at, row.closes_at, row.message_count) for row in rows]


def _summaries(ctx: ReadContext, rows: list[Case]) -> list[CaseSummary]:
    ids = [row.id for row in rows]
    people = {one for row in rows for one in (row.member_id, row.assignee_id) if one}
    names = handles(ctx.session, people)
    counts = dict(
        ctx.session.execute(
            select(Report.case_id, func.count()).where(Report.case_id.in_(ids)).group_by(Report.case_id)
        ).all()
    )
    totals = dict(
        ctx.session.execute(
            select(Case.member_id, func.count())
            .where(Case.member_id.in_({row.member_id for row in rows}))
            .group_by(Case.member_id)
        ).all()
    )
    return [
        CaseSummary(
            id=row.id,
            kind=row.kind,
            state=row.state,
            category=row.category,
            subject_id=row.subject_id,
            is_private=row.is_private,
            author=Person(row.member_id, names[row.member_id]),
            assignee=Person(row.assignee_id, names[row.assignee_id]) if row.assignee_id else None,
            report_count=counts.get(row.id, 0),
            earlier_cases=totals.get(row.member_id, 1) - 1,
            created_at=row.opened_at,
            due_at=row.due_at,
            paused_at=row.paused_at,
            is_overdue=row.state in rules.WAITING and row.paused_at is None and row.due_at <= ctx.now,
        )
        for row in rows
    ]


def _report_view(row: Report, names: dict[UUID, str], cipher: FieldCipher, *, shows: bool) -> ReportView:
    snapshot = _snapshot(row, cipher) if shows else {}
    return ReportView(
        id=row.id,
        reporter=Person(row.reporter_id, names[row.reporter_id]),
        category=row.category,
        reason=_reason(row, cipher),
        created_at=row.created_at,
        messages=tuple(
            ReportedMessage(
                one["handle"], one["body"], datetime.fromisoformat(one["created_at"]), bool(one["reported"])
            )
            for one in snapshot.get("messages", ())
        ),
        earlier=tuple(
            MessageText(one["body"], datetime.fromisoformat(one["since"])) for one in snapshot.get("earlier", ())
        ),
    )


def _later(ctx: ReadContext, case: Case, reports: list[Report]) -> tuple[MessageText, ...]:
    """Return the texts that the message was changed to after its first report."""
    if case.kind != "message" or not reports:
        return ()
    found = messages.message_versions(ctx, case.subject_id)
    return tuple(MessageText(one.body, one.since) for one in found if one.since > reports[0].created_at)


def _reason(row: Report, cipher: FieldCipher) -> str:
    return cipher.show_column(row, Report.reason)


def _snapshot(row: Report, cipher: FieldCipher) -> dict[str, Any]:
    nothing: dict[str, Any] = {"room": "", "messages": []}
    return cipher.show_column_as(row, Report.snapshot, json.loads, default=nothing)
