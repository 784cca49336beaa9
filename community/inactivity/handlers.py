"""Handlers of inactivity: the weekly check, and the repair of its schedule."""

from community.core.outbox.periodic import periodic
from community.core.outbox.subscriptions import handlers
from community.inactivity import actions
from community.inactivity.events import InactivityCheckDue

handlers.on(InactivityCheckDue)(actions.evaluate)
periodic.every(3600)(actions.repair_schedule)
