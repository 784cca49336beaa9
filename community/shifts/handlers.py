"""Handlers of shifts: the handover at the end of a shift."""

from community.core.outbox.subscriptions import handlers
from community.shifts import actions
from community.shifts.events import HandoverDue

handlers.on(HandoverDue)(actions.complete_handover)
