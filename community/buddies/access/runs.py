"""Loading match runs and their schedule."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update

from community.buddies.models.runs import MatchRun, MatchSchedule
from community.core.errors import NotFound
from community.core.permissions import Permission
from community.core.unit_of_work import ReadContext, UnitOfWork


def run_to_see(ctx: ReadContext, run_id: UUID) -> MatchRun:
    """Return a match run, for a coordinator. Raises Forbidden, NotFound."""
    _ = ctx.permitted(Permission.RUN_MATCHING)
    row = ctx.session.get(MatchRun, run_id, populate_existing=True)
    if row is None:
        raise NotFound
    return row


def started_run(ctx: ReadContext, run_id: UUID) -> MatchRun:
    """Return a run that was started, for the process that solves it."""
    return ctx.session.get_one(MatchRun, run_id)


def delete_run_inputs(uow: UnitOfWork, *, before: datetime) -> None:
    """Delete the inputs of runs that started before a moment."""
    old = MatchRun.created_at < before
    uow.session.execute(update(MatchRun).where(old, MatchRun.input_json.is_not(None)).values(input_json=None))


def running(uow: UnitOfWork, run_id: UUID | None = None) -> MatchRun | None:
    """Return the run in progress (this one, when named), locked."""
    query = select(MatchRun).where(MatchRun.state == "running")
    if run_id is not None:
        query = query.where(MatchRun.id == run_id)
    return uow.session.scalar(query.with_for_update().execution_options(populate_existing=True))


def schedule_to_change(uow: UnitOfWork) -> MatchSchedule | None:
    """Return the weekly schedule, locked, or None when no one has set it."""
    return uow.session.get(MatchSchedule, 1, with_for_update=True, populate_existing=True)
