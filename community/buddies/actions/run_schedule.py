"""Weekly schedule of match runs."""

from community.buddies.access import runs as runs_access
from community.buddies.actions import runs
from community.buddies.events import MatchRunDue
from community.buddies.models.runs import MatchSchedule
from community.buddies.rules import next_weekly
from community.core.permissions import Permission
from community.core.unit_of_work import UnitOfWork


def schedule(uow: UnitOfWork, *, is_on: bool, weekday: int, hour: int) -> MatchSchedule:
    """Set the weekly start, in the coordinator's time zone, or turn it off. Raises Forbidden."""
    staff = uow.permitted(Permission.RUN_MATCHING)
    row = runs_access.schedule_to_change(uow)
    if row is None:
        row = MatchSchedule(id=1, version=0)
        uow.session.add(row)
    row.is_on, row.weekday, row.hour, row.time_zone = is_on, weekday, hour, staff.time_zone
    row.changed_by, row.changed_at = staff.id, uow.now
    row.version += 1
    _plan_next(uow, row)
    uow.session.flush()
    return row


def start_due_run(uow: UnitOfWork, event: MatchRunDue) -> None:
    """Start the weekly run, unless the schedule changed since it was planned, and plan the next."""
    row = runs_access.schedule_to_change(uow)
    if row is None or not row.is_on or row.version != event.version:
        return
    runs.start_scheduled(uow)
    _plan_next(uow, row)


def _plan_next(uow: UnitOfWork, row: MatchSchedule) -> None:
    row.next_at = None
    if row.is_on:
        row.next_at = next_weekly(uow.now, weekday=row.weekday, hour=row.hour, time_zone=row.time_zone)
        uow.schedule(
            row.next_at, MatchRunDue(version=row.version), key=f"match_run:{row.version}:{row.next_at.isoformat()}"
        )
