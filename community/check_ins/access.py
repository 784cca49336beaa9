"""Loading check-ins, rhythms, and what helps somebody: one's own, and what one was shown."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Uuid, column, exists, select, table

from community.check_ins.events import CoordinatorContactRequested
from community.check_ins.models import CheckIn, CheckInSchedule, HelpfulActions
from community.core.errors import NotFound
from community.core.permissions import Permission
from community.core.unit_of_work import ReadContext, UnitOfWork
from community.members.models import Member
from community.members.queries.active_members import is_active

MAX_SHARED_AGE = timedelta(days=90)
# The console owns this table and stands above care, so its model cannot be imported here.
_TASKS = table("coordinator_tasks", column("kind"), column("subject", Uuid()), column("done_at"))


def has_open_coordinator_request(ctx: ReadContext) -> bool:
    """Whether coordinators have it to do already to get in touch with the actor."""
    is_open = (
        _TASKS.c.kind == CoordinatorContactRequested.name,
        _TASKS.c.subject == ctx.actor.id,
        _TASKS.c.done_at.is_(None),
    )
    return bool(ctx.session.scalar(select(exists().where(*is_open))))


def own_check_in(ctx: ReadContext, check_in_id: UUID, *, lock: bool = False) -> CheckIn:
    """One of the actor's check-ins. Raises NotFound."""
    row = ctx.session.get(CheckIn, check_in_id, with_for_update=lock or None)
    if row is None or row.member_id != ctx.actor.id:
        raise NotFound
    return row


def own_check_ins(ctx: ReadContext, *, since: datetime) -> list[CheckIn]:
    """The actor's check-ins since a moment, oldest first."""
    query = select(CheckIn).where(CheckIn.member_id == ctx.actor.id, CheckIn.made_at >= since)
    return list(ctx.session.scalars(query.order_by(CheckIn.made_at, CheckIn.id)))


def shared_with_coordinators(ctx: ReadContext) -> list[CheckIn]:
    """What members shared with the coordinators lately, newest first. Raises Forbidden."""
    _ = ctx.permitted(Permission.SEE_SHARED_CHECK_INS)
    query = select(CheckIn).where(CheckIn.audience == "coordinator", CheckIn.made_at >= ctx.now - MAX_SHARED_AGE)
    rows = ctx.session.scalars(query.order_by(CheckIn.made_at.desc(), CheckIn.id.desc()).limit(200))
    return [row for row in rows if row.member_id != ctx.actor.id]


def shared_check_in(ctx: ReadContext, check_in_id: UUID) -> CheckIn:
    """One that was shared with the coordinators, for one of them. Raises Forbidden, NotFound."""
    _ = ctx.permitted(Permission.SEE_SHARED_CHECK_INS)
    row = ctx.session.get(CheckIn, check_in_id)
    if row is None or row.audience != "coordinator" or row.made_at < ctx.now - MAX_SHARED_AGE:
        raise NotFound
    return row


def shared_with_buddy(ctx: ReadContext, member_id: UUID, *, since: datetime) -> list[CheckIn]:
    """What a member shared with their buddy since a moment, newest first. Whoever asks has seen to being that buddy."""
    query = select(CheckIn).where(
        CheckIn.member_id == member_id,
        CheckIn.audience == "buddy",
        CheckIn.made_at >= max(since, ctx.now - MAX_SHARED_AGE),
    )
    return list(ctx.session.scalars(query.order_by(CheckIn.made_at.desc(), CheckIn.id.desc()).limit(50)))


def trend_check_ins(ctx: ReadContext, *, since: datetime, most: int) -> list[CheckIn]:
    """What members gave to the figures alone. Raises Forbidden."""
    _ = ctx.permitted(Permission.SEE_FIGURES)
    query = select(CheckIn).where(CheckIn.audience == "trend", CheckIn.made_at >= since)
    return list(ctx.session.scalars(query.order_by(CheckIn.made_at.desc()).limit(most)))


def own_schedule(ctx: ReadContext, *, lock: bool = False) -> CheckInSchedule | None:
    """How often the actor is asked, if they ever said or checked in."""
    return schedule_of(ctx, ctx.actor.id, lock=lock)


def schedule_of(ctx: ReadContext, member_id: UUID, *, lock: bool = False) -> CheckInSchedule | None:
    """The same of a member, for what the clock brings."""
    return ctx.session.get(CheckInSchedule, member_id, with_for_update=lock or None, populate_existing=lock)


def overdue_schedules(uow: UnitOfWork, *, before: datetime, most: int) -> list[CheckInSchedule]:
    """Rhythms whose time passed long ago without anything being done; locked, but for those that somebody holds."""
    query = (
        select(CheckInSchedule).where(CheckInSchedule.next_at < before).order_by(CheckInSchedule.next_at).limit(most)
    )
    return list(uow.session.scalars(query.with_for_update(skip_locked=True)))


def is_active_member(ctx: ReadContext, member_id: UUID) -> bool:
    """Whether a member may use the service now."""
    query = select(Member.id).where(Member.id == member_id, is_active(ctx.now))
    return ctx.session.scalar(query) is not None


def own_helpful_actions(ctx: ReadContext, *, lock: bool = False) -> HelpfulActions | None:
    """What the actor said helps them."""
    return ctx.session.get(HelpfulActions, ctx.actor.id, with_for_update=lock or None)
