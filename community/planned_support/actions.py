"""Actions of planned support: plan a time, delete it, start it when it comes, repair the schedule."""

from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from community.check_ins.queries.schedule import member_time_zone
from community.core.errors import Conflict
from community.core.ids import new_id
from community.core.unit_of_work import UnitOfWork
from community.members.queries.active_members import active_members
from community.planned_support import access, rules
from community.planned_support.events import PlannedSupportDue, PlannedSupportStarted
from community.planned_support.models import PlannedSupport

REPAIR_AFTER = timedelta(hours=2)
REPAIR_BATCH = 50


class TooManyPlans(Conflict):
    """A member plans more than fourteen times."""

    code = "too_many_hard_hours"
    message = "You already have 14 tough times. Delete one first."


def plan_support(
    uow: UnitOfWork, *, weekday: int | None, month_day: int | None, begins: str, ends: str, kinds: list[str], note: str
) -> PlannedSupport:
    """Plan what the actor wants to have at a tough time. Raises TooManyPlans."""
    if len(access.own_planned_supports(uow)) >= rules.MAX_PLANNED_HOURS:
        raise TooManyPlans
    hours = rules.Hours(weekday, month_day, begins, ends)
    row = PlannedSupport(
        id=new_id(),
        member_id=uow.actor.id,
        **vars(hours),
        plan="",
        version=1,
        next_at=uow.now,
        created_at=uow.now,
    )
    plan = rules.Plan(tuple(kinds), note)
    uow.cipher.encrypt_column(row, PlannedSupport.plan, plan.as_text())
    uow.session.add(row)
    _schedule_next(uow, row, member_time_zone(uow, uow.actor.id))
    uow.session.flush()
    return row


def delete_planned_support(uow: UnitOfWork, *, hard_hour_id: UUID) -> None:
    """Delete a planned time. Raises NotFound."""
    row = access.own_planned_support(uow, hard_hour_id, lock=True)
    uow.cancel_scheduled(rules.schedule_key(row.id, row.version))
    uow.session.delete(row)


def start_planned_support(uow: UnitOfWork, event: PlannedSupportDue) -> None:
    """Record that a planned time has begun, unless it is over or was moved, and schedule the next one."""
    row = access.find_planned_support(uow, event.hard_hour_id, lock=True)
    if row is None:
        return
    zone = member_time_zone(uow, row.member_id)
    _schedule_next(uow, row, zone)
    is_now = rules.current_start(row.hours, zone=zone, now=uow.now) == event.starts_at
    if is_now and active_members(uow.session, now=uow.now, among=[row.member_id]):
        ends_at = rules.end_of(row.hours, event.starts_at, zone=zone)
        uow.record(
            PlannedSupportStarted(
                hard_hour_id=row.id, member_id=row.member_id, starts_at=event.starts_at, ends_at=ends_at
            )
        )


def repair_schedule(uow: UnitOfWork) -> bool:
    """Schedule overdue planned times again. Return whether more may be overdue."""
    overdue = access.overdue_planned_supports(uow, before=uow.now - REPAIR_AFTER, limit=REPAIR_BATCH)
    stopped = [row for row in overdue if not uow.is_scheduled(rules.schedule_key(row.id, row.version))]
    for row in stopped:
        row.version += 1
        _schedule_next(uow, row, member_time_zone(uow, row.member_id))
    return len(stopped) == REPAIR_BATCH


def _schedule_next(uow: UnitOfWork, row: PlannedSupport, zone: ZoneInfo) -> None:
    row.next_at = rules.next_start(row.hours, zone=zone, after=uow.now)
    due = PlannedSupportDue(hard_hour_id=row.id, starts_at=row.next_at)
    uow.schedule(row.next_at, due, key=rules.schedule_key(row.id, row.version))
