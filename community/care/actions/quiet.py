"""Having one's own quiet noticed, and planning for hard hours."""

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from community.care.access import quiet as access
from community.care.access.check_ins import is_here
from community.care.events.people import HardHourBegun, HardHourDue, QuietEnded, QuietLookDue, QuietNoticed
from community.care.models.quiet import HardHour, QuietWatch
from community.care.queries.rhythms import zone_of
from community.care.rules import hard_hours as hours_rules
from community.care.rules import quiet as rules
from community.core.crypto.cipher import Sealer
from community.core.errors import Conflict
from community.core.ids import new_id
from community.core.unit_of_work import UnitOfWork

STOPPED_FOR = timedelta(hours=2)
AT_ONCE = 50


class TooManyHardHours(Conflict):
    """You have planned for fourteen times already. Take one away first."""

    code = "too_many_hard_hours"


def watch(uow: UnitOfWork, *, is_on: bool, tells_buddy: bool, tells_coordinator: bool) -> None:
    """Have the actor's quiet noticed from now on, and by whom; or nothing looked at, and what was known forgotten."""
    row = access.own_watch(uow, lock=True)
    if not is_on:
        if row is not None:
            _end(uow, row)
            uow.forget(rules.key_of(row.member_id, row.version))
            uow.session.delete(row)
            uow.session.flush()
        return
    if row is None:
        row = QuietWatch(member_id=uow.actor.id, since=uow.now, version=int(uow.now.timestamp()), level=0)
        uow.session.add(row)
        _plan_look(uow, row)
    row.tells_buddy, row.tells_coordinator = tells_buddy, tells_coordinator
    uow.session.flush()


def look(uow: UnitOfWork, *, member_id: UUID, version: int) -> None:
    """Compare somebody's last weeks with those before; say it to them first, then to whom they allow."""
    row = access.watch_of(uow, member_id, lock=True)
    if row is None or row.version != version:
        return
    _plan_look(uow, row)
    if not is_here(uow, member_id):
        return
    zone = zone_of(uow, member_id)
    today = uow.now.astimezone(zone).date()
    back = rules.LOOKED_BACK + (timedelta(days=(today - row.quiet_since).days) if row.quiet_since else timedelta())
    days = {one.astimezone(zone).date() for one in access.moments_of(uow, row, since=uow.now - back)}
    seen = rules.measured(days, today=today, quiet_since=row.quiet_since)
    level = rules.next_level(
        row.level, is_quiet=seen.is_quiet, tells_buddy=row.tells_buddy, tells_coordinator=row.tells_coordinator
    )
    if level == 0:
        _end(uow, row)
    elif level > row.level:
        row.quiet_since = row.quiet_since or today - timedelta(weeks=rules.LATELY_WEEKS)
        row.level = level
        uow.record(QuietNoticed(member_id=member_id, level=level))


def plan_for(
    uow: UnitOfWork,
    *,
    weekday: int | None,
    month_day: int | None,
    begins: str,
    ends: str,
    kinds: list[str],
    words: str,
    sealer: Sealer,
) -> HardHour:
    """Have what the actor wants at hand at a time that is hard for them. Raises TooManyHardHours."""
    if len(access.own_hard_hours(uow)) >= hours_rules.MOST:
        raise TooManyHardHours
    hours = hours_rules.Hours(weekday, month_day, begins, ends)
    row = HardHour(
        id=new_id(),
        member_id=uow.actor.id,
        **vars(hours),
        plan="",
        version=1,
        next_at=uow.now,
        created_at=uow.now,
    )
    plan = hours_rules.Plan(tuple(kinds), words)
    row.plan = sealer.seal(plan.as_text(), about=hours_rules.about_plan(row.id))
    uow.session.add(row)
    _plan_hours(uow, row, zone_of(uow, uow.actor.id))
    uow.session.flush()
    return row


def let_go(uow: UnitOfWork, *, hard_hour_id: UUID) -> None:
    """Plan for it no more. Raises NotFound."""
    row = access.own_hard_hour(uow, hard_hour_id, lock=True)
    uow.forget(hours_rules.key_of(row.id, row.version))
    uow.session.delete(row)


def begin(uow: UnitOfWork, *, hard_hour_id: UUID, starts_at: datetime) -> None:
    """A hard hour begins: say that something is planned, unless it is over by now or was moved."""
    row = access.hard_hour(uow, hard_hour_id)
    if row is None:
        return
    zone = zone_of(uow, row.member_id)
    hours = hours_rules.Hours(row.weekday, row.month_day, row.begins, row.ends)
    _plan_hours(uow, row, zone)
    if hours_rules.started_now(hours, zone=zone, now=uow.now) == starts_at and is_here(uow, row.member_id):
        ends_at = hours_rules.end_of(hours, starts_at, zone=zone)
        uow.record(HardHourBegun(hard_hour_id=row.id, member_id=row.member_id, starts_at=starts_at, ends_at=ends_at))


def repair_schedule(uow: UnitOfWork) -> bool:
    """Schedule overdue checks again, as after an event that failed for good. Return whether more may be overdue."""
    watches = access.overdue_watches(uow, before=uow.now - STOPPED_FOR, most=AT_ONCE)
    stopped = [one for one in watches if not uow.waits(rules.key_of(one.member_id, one.version))]
    for row in stopped:
        row.version += 1
        _plan_look(uow, row)
    return len(stopped) == AT_ONCE


def repair_planned_support(uow: UnitOfWork) -> bool:
    """Schedule overdue planned times again, as after an event that failed for good. Return whether there may be more."""
    hours = access.overdue_hard_hours(uow, before=uow.now - STOPPED_FOR, most=AT_ONCE)
    stopped = [row for row in hours if not uow.waits(hours_rules.key_of(row.id, row.version))]
    for row in stopped:
        row.version += 1
        _plan_hours(uow, row, zone_of(uow, row.member_id))
    return len(stopped) == AT_ONCE


def _end(uow: UnitOfWork, row: QuietWatch) -> None:
    if row.level:
        uow.record(QuietEnded(member_id=row.member_id))
    row.level, row.quiet_since = 0, None


def _plan_look(uow: UnitOfWork, row: QuietWatch) -> None:
    row.next_at = uow.now + rules.EVERY
    due = QuietLookDue(member_id=row.member_id, version=row.version)
    uow.at(row.next_at, due, key=rules.key_of(row.member_id, row.version), spread=timedelta(hours=6))


def _plan_hours(uow: UnitOfWork, row: HardHour, zone: ZoneInfo) -> None:
    hours = hours_rules.Hours(row.weekday, row.month_day, row.begins, row.ends)
    row.next_at = hours_rules.next_start(hours, zone=zone, after=uow.now)
    due = HardHourDue(hard_hour_id=row.id, starts_at=row.next_at)
    uow.at(row.next_at, due, key=hours_rules.key_of(row.id, row.version))
