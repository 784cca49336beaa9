"""Handlers of check-ins: events of other features and scheduled moments."""

from community.check_ins.actions import schedule
from community.check_ins.events import CheckInDue
from community.core.outbox.periodic import periodic
from community.core.outbox.subscriptions import handlers
from community.core.unit_of_work import UnitOfWork


@handlers.on(CheckInDue)
def ask_at_their_time(uow: UnitOfWork, event: CheckInDue) -> None:
    """It is time to ask somebody, and to plan the next time."""
    schedule.prompt_when_due(uow, member_id=event.member_id, version=event.version, due_at=event.due_at)


@periodic.every(3600)
def start_rhythms_again(uow: UnitOfWork) -> bool:
    """Nobody is forgotten because something failed; whether there may be more."""
    return schedule.repair_schedules(uow)
