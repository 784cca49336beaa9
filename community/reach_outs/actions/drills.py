"""Drills: whether who is on call can be reached, looked at once a week, with nobody in need and nobody else alarmed."""

from community.core.permissions import Permission
from community.core.unit_of_work import UnitOfWork
from community.members.queries.on_call import on_shift
from community.reach_outs.access import reach_outs
from community.reach_outs.actions.escalation import advance, create_request
from community.reach_outs.models import ReachOut
from community.shifts import access
from community.shifts.rules import DRILL_EVERY


def start_drill(uow: UnitOfWork) -> ReachOut:
    """Start a drill as a coordinator; one that goes on is the same one. Raises Forbidden."""
    _ = uow.permitted(Permission.TAKE_SHIFTS)
    return _start_or_continue(uow)


def start_weekly_drill(uow: UnitOfWork) -> ReachOut | None:
    """Start the week's drill when the last one is a week old, or else the rota, while somebody is on shift."""
    since = reach_outs.last_drill_at(uow) or access.schedule_started_at(uow)
    if since is None or since > uow.now - DRILL_EVERY or not on_shift(uow.session, now=uow.now):
        return None
    return _start_or_continue(uow)


def _start_or_continue(uow: UnitOfWork) -> ReachOut:
    row = reach_outs.open_drill(uow) or create_request(uow, asker_id=None)
    advance(uow, row)
    return row
