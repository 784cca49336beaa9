"""Reports as coordinators read them."""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from community.core.crypto import Sealer
from community.core.db import Page, keyset_page
from community.core.unit_of_work import Reading
from community.members.queries import handles
from community.safety import access
from community.safety.models import Report
from community.safety.rules import about


@dataclass(frozen=True)
class Person:
    """Somebody a report is about or from."""

    id: UUID
    handle: str


@dataclass(frozen=True)
class SeenMessage:
    """A message as it stood when it was reported; without a handle and words when it was removed by then."""

    handle: str
    body: str
    created_at: datetime
    reported: bool


@dataclass(frozen=True)
class ReportView:
    """A report. `room` is empty for a private one."""

    id: UUID
    state: str
    reason: str
    note: str
    room: str
    message_id: UUID
    author: Person
    reporter: Person
    handled_by: str | None
    created_at: datetime
    handled_at: datetime | None
    messages: tuple[SeenMessage, ...]


def reports(
    look: Reading, *, sealer: Sealer, cursor: str | None, limit: int, state: str | None = None
) -> Page[ReportView]:
    """Reports for coordinators, newest first; never those of their own words."""
    query = select(Report).where(Report.author_id != look.staff.id)
    if state is not None:
        query = query.where(Report.state == state)
    by = (Report.created_at, Report.id)
    page = keyset_page(look.session, query, by=by, cursor=cursor, limit=limit, descending=True)
    return Page(_views(look, page.items, sealer), page.next_cursor)


def report(look: Reading, *, report_id: UUID, sealer: Sealer) -> ReportView:
    """One report. Raises Forbidden, NotFound."""
    return _views(look, [access.report_to_read(look, report_id)], sealer)[0]


def open_reports(look: Reading) -> int:
    """How many wait for the coordinator who looks."""
    query = select(func.count()).select_from(Report).where(Report.state == "open", Report.author_id != look.staff.id)
    return look.session.scalars(query).one()


def _views(look: Reading, rows: list[Report], sealer: Sealer) -> list[ReportView]:
    people = {one for row in rows for one in (row.author_id, row.reporter_id, row.handled_by) if one}
    names = handles(look.session, people)
    return [_view(row, names, sealer) for row in rows]


def _view(row: Report, names: dict[UUID, str], sealer: Sealer) -> ReportView:
    snapshot = json.loads(sealer.unseal(row.snapshot, about=about(row.id, "snapshot")))
    return ReportView(
        id=row.id,
        state=row.state,
        reason=sealer.unseal(row.reason, about=about(row.id, "reason")),
        note=sealer.unseal(row.note, about=about(row.id, "note")) if row.note else "",
        room=snapshot["room"],
        message_id=row.message_id,
        author=Person(row.author_id, names[row.author_id]),
        reporter=Person(row.reporter_id, names[row.reporter_id]),
        handled_by=names[row.handled_by] if row.handled_by else None,
        created_at=row.created_at,
        handled_at=row.handled_at,
        messages=tuple(
            SeenMessage(
                seen["handle"], seen["body"], datetime.fromisoformat(seen["created_at"]), bool(seen["reported"])
            )
            for seen in snapshot["messages"]
        ),
    )
