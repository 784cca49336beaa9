"""Handlers of check-ins: prompts at their time, and the repair of schedules."""

from community.check_ins.actions import schedule
from community.check_ins.events import CheckInDue
from community.core.outbox.periodic import periodic
from community.core.outbox.subscriptions import handlers

handlers.on(CheckInDue)(schedule.prompt_when_due)
periodic.every(3600)(schedule.repair_schedules)
