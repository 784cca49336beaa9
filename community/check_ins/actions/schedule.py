"""Actions on check-in schedules: choose one, prompt at its time, repair."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from community.check_ins import access
from community.check_ins.events import CheckInDue, CheckInMissed, CheckInPrompted, CheckInReminded
from community.check_ins.models import CheckInSchedule
from community.check_ins.queries.schedule import member_time_zone
from community.check_ins.rules import schedule as rules
from community.core.unit_of_work import UnitOfWork
from community.members.queries.active_members import active_members

REPAIR_AFTER = timedelta(hours=1)
REPAIR_BATCH = 50


def set_schedule(uow: UnitOfWork, *, every: str, weekday: int, at: str, notify_buddy: bool) -> CheckInSchedule:
    """Set how often the actor is asked and at what time by their clock, and whether their buddy hears of missed
    check-ins.

    `weekday` (0 is Monday) is ignored when the actor is asked every day.
    """
    zone = member_time_zone(uow, uow.actor.id)
    row = access.own_schedule(uow, lock=True) or _create_default(uow, zone)
    uow.cancel_scheduled(rules.schedule_key(row.member_id, row.version))
    row.interval, row.local_time, row.notify_buddy = every, at, notify_buddy
    row.version, row.missed_count, row.asked_at, row.changed_at = row.version + 1, 0, None, uow.now
    if every != rules.NEVER:
        row.anchor_date = rules.first_day(every, weekday=weekday, at=at, zone=zone, now=uow.now)
    _schedule_next(uow, row, zone)
    return row


def mark_answered(uow: UnitOfWork) -> None:
    """Record that the actor checked in or skipped the day. The first time it also creates a weekly schedule."""
    row = access.own_schedule(uow, lock=True)
    if row is None:
        zone = member_time_zone(uow, uow.actor.id)
        row = _create_default(uow, zone)
        _schedule_next(uow, row, zone)
    row.answered_at, row.missed_count = uow.now, 0


def prompt_when_due(uow: UnitOfWork, event: CheckInDue) -> None:
    """Ask a member at their time, nudge them once when they did not answer, then stop; schedule the next time.

    An event is void when the member has changed their schedule or time zone since.
    """
    member_id, due_at = event.member_id, event.due_at
    row = access.schedule_of(uow, member_id, lock=True)
    if row is None or row.version != event.version or row.interval == rules.NEVER:
        return
    zone = member_time_zone(uow, member_id)
    is_theirs = rules.local_moment(due_at.astimezone(zone).date(), row.local_time, zone) == due_at
    _schedule_next(uow, row, zone)
    if (
        not is_theirs
        or uow.now - due_at > rules.MAX_DELAY
        or not active_members(uow.session, now=uow.now, among=[member_id])
    ):
        return
    prompt, row.missed_count = rules.next_prompt(
        row.interval,
        due_at=due_at,
        asked_at=row.asked_at,
        answered_at=row.answered_at,
        missed=row.missed_count,
        zone=zone,
    )
    row.asked_at = None if prompt == rules.NOTHING and not row.missed_count else due_at
    if prompt == rules.ASK:
        uow.record(CheckInPrompted(member_id=member_id, due_at=due_at))
    elif prompt == rules.NUDGE:
        uow.record(CheckInReminded(member_id=member_id, due_at=due_at))
    elif prompt == rules.NOTIFY_BUDDY and row.notify_buddy:
        uow.record(CheckInMissed(member_id=member_id, due_at=due_at))


def repair_schedules(uow: UnitOfWork) -> bool:
    """Schedule overdue check-ins again, as after an event that failed for good. Return whether more may be overdue."""
    rows = access.overdue_schedules(uow, before=uow.now - REPAIR_AFTER, limit=REPAIR_BATCH)
    stopped = [row for row in rows if not uow.is_scheduled(rules.schedule_key(row.member_id, row.version))]
    for row in stopped:
        row.version += 1
        _schedule_next(uow, row, member_time_zone(uow, row.member_id))
    return len(stopped) == REPAIR_BATCH


def _create_default(uow: UnitOfWork, zone: ZoneInfo) -> CheckInSchedule:
    """Create a schedule for one evening a week on today's weekday, from next week on."""
    today = uow.now.astimezone(zone).date()
    row = CheckInSchedule(
        member_id=uow.actor.id,
        interval="week",
        local_time=rules.DEFAULT_AT,
        anchor_date=today + timedelta(days=7),
        version=1,
        missed_count=0,
        notify_buddy=False,
        changed_at=uow.now,
    )
    uow.session.add(row)
    return row


def _schedule_next(uow: UnitOfWork, row: CheckInSchedule, zone: ZoneInfo) -> None:
    row.next_at = None
    if row.interval != rules.NEVER:
        row.next_at = rules.next_due(row.interval, anchor=row.anchor_date, at=row.local_time, zone=zone, after=uow.now)
        due = CheckInDue(member_id=row.member_id, version=row.version, due_at=row.next_at)
        uow.schedule(row.next_at, due, key=rules.schedule_key(row.member_id, row.version))
