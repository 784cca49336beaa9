"""Reads of coordinators: the to-do list, and verdicts on a list of invitees."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select

from community.console import access
from community.console.models import CoordinatorTask
from community.console.rules.invitation_csv import InviteeRow, with_verdicts
from community.core.db import Page, keyset_page
from community.core.permissions import Permission
from community.core.unit_of_work import ReadContext
from community.members.queries import invitations
from community.members.queries.people import handles
from community.members.rules.accounts import normal_email

MAX_SHOWN = 200


@dataclass(frozen=True)
class TaskView:
    """A task as coordinators see it. `taken_by` and `done_by` are handles, None for what happened automatically.

    `mine` says that it is assigned to the actor, `late` that its deadline has passed.
    """

    id: UUID
    kind: str
    title: str
    url: str
    created_at: datetime
    due_at: datetime | None
    taken_by: str | None
    done_by: str | None
    done_at: datetime | None
    mine: bool
    late: bool


@dataclass(frozen=True)
class Today:
    """A coordinator's day: open tasks, the most urgent first, and those done since midnight."""

    to_do: tuple[TaskView, ...]
    done: tuple[TaskView, ...]


def today(ctx: ReadContext) -> Today:
    """Return the day of the acting coordinator. Raises Forbidden."""
    open_ones = _open(ctx).order_by(
        CoordinatorTask.due_at.is_(None), CoordinatorTask.due_at, CoordinatorTask.created_at, CoordinatorTask.id
    )
    here = ctx.now.astimezone(ZoneInfo(ctx.permitted(Permission.WORK_TASKS).time_zone))
    midnight = datetime.combine(here.date(), time(), here.tzinfo)
    done = access.tasks_to_see(ctx).where(CoordinatorTask.done_at >= midnight)
    done = done.order_by(CoordinatorTask.done_at.desc(), CoordinatorTask.id)
    to_do_rows, done_rows = (ctx.session.scalars(query.limit(MAX_SHOWN)).all() for query in (open_ones, done))
    return Today(tuple(_views(ctx, to_do_rows)), tuple(_views(ctx, done_rows)))


def count_open_tasks(ctx: ReadContext) -> int:
    """Return the number of open tasks. Raises Forbidden."""
    return ctx.session.scalars(select(func.count()).select_from(_open(ctx).subquery())).one()


def tasks(ctx: ReadContext, *, state: str, cursor: str | None, limit: int) -> Page[TaskView]:
    """Return open or done tasks, newest first. Raises Forbidden."""
    query = _open(ctx) if state == "open" else access.tasks_to_see(ctx).where(CoordinatorTask.done_at.is_not(None))
    by = (CoordinatorTask.created_at, CoordinatorTask.id)
    page = keyset_page(ctx.session, query, by=by, cursor=cursor, limit=limit, descending=True)
    return Page(_views(ctx, page.items), page.next_cursor)


def _open(ctx: ReadContext) -> Select[CoordinatorTask]:
    return access.tasks_to_see(ctx).where(CoordinatorTask.done_at.is_(None))


def _views(ctx: ReadContext, rows: Sequence[CoordinatorTask]) -> list[TaskView]:
    names = handles(ctx.session, {one for row in rows for one in (row.taken_by, row.done_by) if one})
    return [
        TaskView(
            id=row.id,
            kind=row.kind,
            title=row.title,
            url=row.url,
            created_at=row.created_at,
            due_at=row.due_at,
            taken_by=names[row.taken_by] if row.taken_by else None,
            done_by=names[row.done_by] if row.done_by else None,
            done_at=row.done_at,
            mine=row.taken_by == ctx.permitted(Permission.WORK_TASKS).id,
            late=row.due_at is not None and row.due_at <= ctx.now,
        )
        for row in rows
    ]


def check_rows(ctx: ReadContext, *, rows: Sequence[InviteeRow]) -> list[InviteeRow]:
    """Return each row of a list with the verdict that it would get now. Raises Forbidden."""
    _ = ctx.permitted(Permission.WORK_TASKS)
    emails = {normal_email(row.email) for row in rows}
    members, invited = invitations.known_addresses(ctx, emails)
    return with_verdicts(rows, members=members, invited=invited, cohorts=invitations.cohort_ids(ctx))
