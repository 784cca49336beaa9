"""Events of planned support. Ids only."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from community.core.events import Event, Priority


@dataclass(frozen=True, kw_only=True)
class PlannedSupportDue(Event, name="planned_support.due", priority=Priority.TIMED):
    """A planned time of a member has come."""

    hard_hour_id: UUID
    starts_at: datetime


@dataclass(frozen=True, kw_only=True)
class PlannedSupportStarted(Event, name="planned_support.started", priority=Priority.TIMED):
    """A planned time of a member has begun, and they are notified."""

    hard_hour_id: UUID
    member_id: UUID
    starts_at: datetime
    ends_at: datetime
