"""Access to check-ins, schedules and helpful actions: the actor's own, and check-ins shared with them."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Uuid, column, exists, select, table

from community.check_ins.events import CoordinatorContactRequested
from community.check_ins.models import CheckIn, CheckInSchedule, HelpfulActions
from community.core.errors import NotFound
from community.core.permissions import Permission
from community.core.unit_of_work import ReadContext, UnitOfWork

MAX_SHARED_AGE = timedelta(days=90)
# The console owns this table and is on a higher tier, so its model cannot be imported here.
_TASKS = table("staff_tasks", column("kind"), column("subject", Uuid()), column("done_at"))


def has_open_coordinator_request(ctx: ReadContext) -> bool:
    """Return whether coordinators already have an open task to contact the actor."""
    is_open = (
        _TASKS.c.kind == CoordinatorContactRequested.name,
        _TASKS.c.subject == ctx.actor.id,
        _TASKS.c.done_at.is_(None),
    )
    return bool(ctx.session.scalar(select(exists().where(*is_open))))


def own_check_in(ctx: ReadContext, check_in_id: UUID, *, lock: bool = False) -> CheckIn:
    """Return one of the actor's check-ins. Raises NotFound."""
    row = ctx.session.get(CheckIn, check_in_id, with_for_update=lock or None)
    if row is None or row.member_id != ctx.actor.id:
        raise NotFound
    return row


def find_check_in(ctx: ReadContext, check_in_id: UUID) -> CheckIn | None:
    """Return a check-in for a notification rule, with its answers still encrypted. Asks no permission."""
    return ctx.session.get(CheckIn, check_in_id)


def own_check_ins(ctx: ReadContext, *, since: datetime) -> list[CheckIn]:
    """Return the actor's check-ins since a moment, oldest first."""
    query = select(CheckIn).where(CheckIn.member_id == ctx.actor.id, CheckIn.made_at >= since)
    return list(ctx.session.scalars(query.order_by(CheckIn.made_at, CheckIn.id)))


def own_shared_check_ins(ctx: ReadContext, *, limit: int) -> list[CheckIn]:
    """Return the actor's last check-ins that a buddy or the coordinators can see, newest first."""
    query = select(CheckIn).where(CheckIn.member_id == ctx.actor.id, CheckIn.audience.in_(("buddy", "coordinator")))
    query = query.where(CheckIn.made_at >= ctx.now - MAX_SHARED_AGE)
    return list(ctx.session.scalars(query.order_by(CheckIn.made_at.desc(), CheckIn.id.desc()).limit(limit)))


def check_in_times(ctx: ReadContext, member_id: UUID, *, since: datetime) -> list[datetime]:
    """Return when a member checked in since a moment, without their answers."""
    query = select(CheckIn.made_at).where(CheckIn.member_id == member_id, CheckIn.made_at >= since)
    return list(ctx.session.scalars(query))


def shared_with_coordinators(ctx: ReadContext) -> list[CheckIn]:
    """Return the check-ins that members shared with coordinators within 90 days, newest first. Raises Forbidden."""
    _ = ctx.permitted(Permission.SEE_SHARED_CHECK_INS)
    query = select(CheckIn).where(CheckIn.audience == "coordinator", CheckIn.made_at >= ctx.now - MAX_SHARED_AGE)
    rows = ctx.session.scalars(query.order_by(CheckIn.made_at.desc(), CheckIn.id.desc()).limit(200))
    return [row for row in rows if row.member_id != ctx.actor.id]


def shared_check_in(ctx: ReadContext, check_in_id: UUID) -> CheckIn:
    """Return a check-in that was shared with coordinators. Raises Forbidden, NotFound."""
    _ = ctx.permitted(Permission.SEE_SHARED_CHECK_INS)
    row = ctx.session.get(CheckIn, check_in_id)
    if row is None or row.audience != "coordinator" or row.made_at < ctx.now - MAX_SHARED_AGE:
        raise NotFound
    return row


def shared_with_buddy(ctx: ReadContext, member_id: UUID, *, since: datetime) -> list[CheckIn]:
    """Return what a member shared with their buddy since a moment, newest first.

    Callers check first that the actor is that buddy.
    """
    query = select(CheckIn).where(
        CheckIn.member_id == member_id,
        CheckIn.audience == "buddy",
        CheckIn.made_at >= max(since, ctx.now - MAX_SHARED_AGE),
    )
    return list(ctx.session.scalars(query.order_by(CheckIn.made_at.desc(), CheckIn.id.desc()).limit(50)))


def trend_check_ins(ctx: ReadContext, *, since: datetime, limit: int) -> list[CheckIn]:
    """Return the newest check-ins that members gave to the trend. Raises Forbidden."""
    _ = ctx.permitted(Permission.SEE_FIGURES)
    query = select(CheckIn).where(CheckIn.audience == "trend", CheckIn.made_at >= since)
    return list(ctx.session.scalars(query.order_by(CheckIn.made_at.desc()).limit(limit)))


def own_schedule(ctx: ReadContext, *, lock: bool = False) -> CheckInSchedule | None:
    """Return the actor's check-in schedule. It exists once they have checked in or chosen one."""
    return schedule_of(ctx, ctx.actor.id, lock=lock)


def schedule_of(ctx: ReadContext, member_id: UUID, *, lock: bool = False) -> CheckInSchedule | None:
    """Return a member's check-in schedule for an event. Asks no permission."""
    return ctx.session.get(CheckInSchedule, member_id, with_for_update=lock or None, populate_existing=lock)


def overdue_schedules(uow: UnitOfWork, *, before: datetime, limit: int) -> list[CheckInSchedule]:
    """Lock and return schedules that were due before a moment and are not done, except those that others have locked.

    At most `limit` of them, the oldest first.
    """
    query = (
        select(CheckInSchedule).where(CheckInSchedule.next_at < before).order_by(CheckInSchedule.next_at).limit(limit)
    )
    return list(uow.session.scalars(query.with_for_update(skip_locked=True)))


def own_helpful_actions(ctx: ReadContext, *, lock: bool = False) -> HelpfulActions | None:
    """Return the actor's counts of what helped them."""
    return ctx.session.get(HelpfulActions, ctx.actor.id, with_for_update=lock or None)
