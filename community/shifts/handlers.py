"""Handlers of shifts: events of other features and scheduled moments."""

from community.core.outbox.subscriptions import handlers
from community.core.unit_of_work import UnitOfWork
from community.shifts import actions
from community.shifts.events import HandoverDue


@handlers.on(HandoverDue)
def hand_over(uow: UnitOfWork, event: HandoverDue) -> None:
    """A shift is about to end: who has it and who comes next are told."""
    actions.complete_handover(uow, shift_id=event.shift_id)
