"""Actions of inactivity: turn the watch on or off, evaluate it, repair its schedule."""

from datetime import timedelta

from community.check_ins.queries.schedule import member_time_zone
from community.core.unit_of_work import UnitOfWork
from community.inactivity import access, queries, rules
from community.inactivity.events import InactivityCheckDue, InactivityDetected, InactivityEnded
from community.inactivity.models import InactivityWatch
from community.members.queries.active_members import active_members

REPAIR_AFTER = timedelta(hours=2)
REPAIR_BATCH = 50


def set_watch(uow: UnitOfWork, *, is_on: bool, notify_buddy: bool, notify_coordinator: bool) -> None:
    """Turn the actor's watch on and set who is notified, or turn it off and forget what it detected."""
    row = access.own_watch(uow, lock=True)
    if not is_on:
        if row is not None:
            _end(uow, row)
            uow.cancel_scheduled(rules.schedule_key(row.member_id, row.version))
            uow.session.delete(row)
            uow.session.flush()
        return
    if row is None:
        row = InactivityWatch(
            member_id=uow.actor.id, since=uow.now, version=int(uow.now.timestamp()), escalation_level=0
        )
        uow.session.add(row)
        _schedule_check(uow, row)
    row.notify_buddy, row.notify_coordinator = notify_buddy, notify_coordinator
    uow.session.flush()


def evaluate(uow: UnitOfWork, event: InactivityCheckDue) -> None:
    """Compare a member's last weeks with those before. Notify them first, then the people whom they allow."""
    member_id = event.member_id
    row = access.watch_of(uow, member_id, lock=True)
    if row is None or row.version != event.version:
        return
    _schedule_check(uow, row)
    if not active_members(uow.session, now=uow.now, among=[member_id]):
        return
    activity = queries.measure(uow, row)
    level = rules.next_level(
        row.escalation_level,
        is_quiet=activity.is_quiet,
        notify_buddy=row.notify_buddy,
        notify_coordinator=row.notify_coordinator,
    )
    if level == 0:
        _end(uow, row)
    elif level > row.escalation_level:
        today = uow.now.astimezone(member_time_zone(uow, member_id)).date()
        row.inactive_since = row.inactive_since or today - timedelta(weeks=rules.RECENT_WEEKS)
        row.escalation_level = level
        uow.record(InactivityDetected(member_id=member_id, level=level))


def repair_schedule(uow: UnitOfWork) -> bool:
    """Schedule overdue checks again, as after an event that failed for good. Return whether more may be overdue."""
    watches = access.overdue_watches(uow, before=uow.now - REPAIR_AFTER, limit=REPAIR_BATCH)
    stopped = [one for one in watches if not uow.is_scheduled(rules.schedule_key(one.member_id, one.version))]
    for row in stopped:
        row.version += 1
        _schedule_check(uow, row)
    return len(stopped) == REPAIR_BATCH


def _end(uow: UnitOfWork, row: InactivityWatch) -> None:
    if row.escalation_level:
        uow.record(InactivityEnded(member_id=row.member_id))
    row.escalation_level, row.inactive_since = 0, None


def _schedule_check(uow: UnitOfWork, row: InactivityWatch) -> None:
    row.next_at = uow.now + rules.CHECK_INTERVAL
    due = InactivityCheckDue(member_id=row.member_id, version=row.version)
    uow.schedule(row.next_at, due, key=rules.schedule_key(row.member_id, row.version), spread=timedelta(hours=6))
