"""Drills: a weekly test that coordinators on call can be reached, which notifies no one else."""

from community.core.permissions import Permission
from community.core.unit_of_work import UnitOfWork
from community.members.queries.on_call import on_shift
from community.reach_outs import rules
from community.reach_outs.access import reach_outs
from community.reach_outs.actions.escalation import advance, create_request
from community.reach_outs.models import ReachOut
from community.shifts import access


def start_drill(uow: UnitOfWork) -> ReachOut:
    """Start a drill as a coordinator, or return the open one. Raises Forbidden."""
    _ = uow.permitted(Permission.TAKE_SHIFTS)
    return _start_or_continue(uow)


def start_weekly_drill(uow: UnitOfWork) -> ReachOut | None:
    """Start a drill when the last one, or else the shift schedule, is a week old and a coordinator is on shift."""
    since = reach_outs.last_drill_at(uow) or access.schedule_started_at(uow)
    if since is None or since > uow.now - rules.DRILL_INTERVAL or not on_shift(uow.session, now=uow.now):
        return None
    return _start_or_continue(uow)


def _start_or_continue(uow: UnitOfWork) -> ReachOut:
    row = reach_outs.open_drill(uow) or create_request(uow, requester_id=None)
    advance(uow, row)
    return row
