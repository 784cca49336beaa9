"""Handlers of planned support: the start of a planned time, and the repair of the schedule."""

from community.core.outbox.periodic import periodic
from community.core.outbox.subscriptions import handlers
from community.planned_support import actions
from community.planned_support.events import PlannedSupportDue

handlers.on(PlannedSupportDue)(actions.start_planned_support)
periodic.every(3600)(actions.repair_schedule)
