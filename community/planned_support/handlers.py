"""Handlers of planned support: events of other features and scheduled moments."""

from community.core.outbox.periodic import periodic
from community.core.outbox.subscriptions import handlers
from community.core.unit_of_work import UnitOfWork
from community.planned_support import actions
from community.planned_support.events import PlannedSupportDue


@handlers.on(PlannedSupportDue)
def start_planned_support(uow: UnitOfWork, event: PlannedSupportDue) -> None:
    """A time comes that somebody planned for."""
    actions.start_planned_support(uow, hard_hour_id=event.hard_hour_id, starts_at=event.starts_at)


@periodic.every(3600)
def repair_schedule(uow: UnitOfWork) -> bool:
    """Schedule overdue planned times again. Return whether more may be overdue."""
    return actions.repair_schedule(uow)
