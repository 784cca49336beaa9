"""Handlers of inactivity: events of other features and scheduled moments."""

from community.core.outbox.periodic import periodic
from community.core.outbox.subscriptions import handlers
from community.core.unit_of_work import UnitOfWork
from community.inactivity import actions
from community.inactivity.events import InactivityCheckDue


@handlers.on(InactivityCheckDue)
def evaluate(uow: UnitOfWork, event: InactivityCheckDue) -> None:
    """Once a week, for whoever asked for it."""
    actions.evaluate(uow, member_id=event.member_id, version=event.version)


@periodic.every(3600)
def repair_inactivity_schedule(uow: UnitOfWork) -> bool:
    """Schedule overdue inactivity checks again. Return whether more may be overdue."""
    return actions.repair_schedule(uow)
