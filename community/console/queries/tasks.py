"""Reads of coordinators: the to-do list, and verdicts on a list of invitees."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select

from community.console import access
from community.console.models import CoordinatorTask
from community.console.rules import task_groups
from community.console.rules.invitation_csv import InviteeRow, with_verdicts
from community.core.db import Page, keyset_page
from community.core.outbox.staff_task_kinds import task_kind, task_titles
from community.core.permissions import Permission
from community.core.unit_of_work import ReadContext
from community.members.queries import invitations
from community.members.queries.people import handles
from community.members.rules.accounts import normal_email

MAX_SHOWN = 200
# Kinds of which several are shown as one line, and how many are not.
FOLDED_KINDS = ("check_in.recorded",)
MAX_UNFOLDED = 3


@dataclass(frozen=True)
class TaskView:
    """A task as coordinators see it. `assignee` and `done_by` are handles, None for what happened automatically.

    `is_mine` says that it is assigned to the actor, `is_late` that its deadline has passed. `minutes_left` is set in
    the last two hours before it. `verb` and `icon` are those of its kind. Nothing else settles it if it `ends_by_hand`.
    """

    id: UUID
    kind: str
    subject: UUID
    title: str
    url: str
    group: str
    verb: str
    icon: str
    ends_by_hand: bool
    created_at: datetime
    due_at: datetime | None
    minutes_left: int | None
    assignee: str | None
    done_by: str | None
    done_at: datetime | None
    is_mine: bool
    is_late: bool


@dataclass(frozen=True)
class TaskGroup:
    """Open tasks of one group, the most urgent first. `folded` are alike and many: they are shown as one line."""

    name: str
    tasks: tuple[TaskView, ...]
    folded: tuple[TaskView, ...]

    @property
    def count(self) -> int:
        return len(self.tasks) + len(self.folded)


@dataclass(frozen=True)
class Today:
    """A coordinator's day: open tasks by group, and those done since midnight. `open_count` also counts open tasks that
    are not shown: those of others, and what is more than a page holds.
    """

    groups: tuple[TaskGroup, ...]
    done: tuple[TaskView, ...]
    open_count: int

    @property
    def to_do(self) -> tuple[TaskView, ...]:
        """All open tasks that are shown."""
        return tuple(task for group in self.groups for task in (*group.tasks, *group.folded))


def today(ctx: ReadContext, *, whose: str = "all") -> Today:
    """Return the day of the acting coordinator: `all` tasks, those that are `mine`, or `unassigned` ones.

    Raises Forbidden.
    """
    open_ones = _of(ctx, _open(ctx), whose).order_by(
        CoordinatorTask.due_at.is_(None), CoordinatorTask.due_at, CoordinatorTask.created_at, CoordinatorTask.id
    )
    here = ctx.now.astimezone(ZoneInfo(ctx.permitted(Permission.WORK_TASKS).time_zone))
    midnight = datetime.combine(here.date(), time(), here.tzinfo)
    done = access.tasks_to_see(ctx).where(CoordinatorTask.done_at >= midnight)
    done = done.order_by(CoordinatorTask.done_at.desc(), CoordinatorTask.id)
    to_do_rows, done_rows = (ctx.session.scalars(query.limit(MAX_SHOWN)).all() for query in (open_ones, done))
    return Today(tuple(_groups(_views(ctx, to_do_rows))), tuple(_views(ctx, done_rows)), count_open_tasks(ctx))


def count_open_tasks(ctx: ReadContext) -> int:
    """Return the number of open tasks. Raises Forbidden."""
    return ctx.session.scalars(select(func.count()).select_from(_open(ctx).subquery())).one()


def tasks(ctx: ReadContext, *, state: str, whose: str, cursor: str | None, limit: int) -> Page[TaskView]:
    """Return open or done tasks, newest first. Raises Forbidden."""
    query = _open(ctx) if state == "open" else access.tasks_to_see(ctx).where(CoordinatorTask.done_at.is_not(None))
    by = (CoordinatorTask.created_at, CoordinatorTask.id)
    page = keyset_page(ctx.session, _of(ctx, query, whose), by=by, cursor=cursor, limit=limit, descending=True)
    return Page(_views(ctx, page.items), page.next_cursor)


def _open(ctx: ReadContext) -> Select[CoordinatorTask]:
    return access.tasks_to_see(ctx).where(CoordinatorTask.done_at.is_(None))


def _of(ctx: ReadContext, query: Select[CoordinatorTask], whose: str) -> Select[CoordinatorTask]:
    if whose == "mine":
        return query.where(CoordinatorTask.taken_by == ctx.permitted(Permission.WORK_TASKS).id)
    return query.where(CoordinatorTask.taken_by.is_(None)) if whose == "unassigned" else query


def _groups(found: Sequence[TaskView]) -> Iterable[TaskGroup]:
    for name in task_groups.GROUPS:
        some = sorted((one for one in found if one.group == name), key=_urgency)
        alike = tuple(one for one in some if one.kind in FOLDED_KINDS and not one.is_late)
        folded = alike if len(alike) > MAX_UNFOLDED else ()
        yield TaskGroup(name, tuple(one for one in some if one not in folded), folded)


def _urgency(task: TaskView) -> datetime:
    return task.due_at or task.created_at + task_groups.WAITS[task.group]


def _views(ctx: ReadContext, rows: Sequence[CoordinatorTask]) -> list[TaskView]:
    names = handles(ctx.session, {one for row in rows for one in (row.taken_by, row.done_by) if one})
    titles = task_titles.write(ctx, [(row.kind, row.subject) for row in rows])
    me = ctx.permitted(Permission.WORK_TASKS).id
    views = []
    for row in rows:
        kind = task_kind(row.kind)
        views.append(
            TaskView(
                id=row.id,
                kind=row.kind,
                subject=row.subject,
                title=titles.get((row.kind, row.subject), row.title),
                url=row.url,
                group=task_groups.group_of(row.due_at, kind.group, now=ctx.now),
                verb=kind.verb,
                icon=kind.icon,
                ends_by_hand=not kind.settles_itself,
                created_at=row.created_at,
                due_at=row.due_at,
                minutes_left=task_groups.minutes_left(row.due_at, now=ctx.now),
                assignee=names[row.taken_by] if row.taken_by else None,
                done_by=names[row.done_by] if row.done_by else None,
                done_at=row.done_at,
                is_mine=row.taken_by == me,
                is_late=row.due_at is not None and row.due_at <= ctx.now,
            )
        )
    return views


def check_rows(ctx: ReadContext, *, rows: Sequence[InviteeRow]) -> list[InviteeRow]:
    """Return each row of a list with the verdict that it would get now. Raises Forbidden."""
    _ = ctx.permitted(Permission.WORK_TASKS)
    emails = {normal_email(row.email) for row in rows}
    members, invited = invitations.known_addresses(ctx, emails)
    return with_verdicts(rows, members=members, invited=invited, cohorts=invitations.cohort_ids(ctx))
