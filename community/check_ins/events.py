"""Events of check-ins. Ids only."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from community.core.events import Event, Priority


@dataclass(frozen=True, kw_only=True)
class CheckInRecorded(Event, name="checkin.recorded"):
    """Somebody said how a day was."""

    check_in_id: UUID
    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class CheckInRead(Event, name="checkin.read"):
    """A coordinator has seen to a check-in that was shared with them."""

    check_in_id: UUID
    by: UUID


@dataclass(frozen=True, kw_only=True)
class CheckInDue(Event, name="checkin.due", urgency=Priority.TIMED):
    """It is the time at which somebody wants to be asked how they are."""

    member_id: UUID
    version: int
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class CheckInAsked(Event, name="checkin.asked", urgency=Priority.TIMED):
    """Somebody is asked how they are."""

    member_id: UUID
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class CheckInNudged(Event, name="checkin.nudged", urgency=Priority.TIMED):
    """Somebody who said nothing for a while gets one gentle word."""

    member_id: UUID
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class CheckInMissed(Event, name="checkin.missed", urgency=Priority.TIMED):
    """Somebody is still silent, and wanted their buddy to hear of it then."""

    member_id: UUID
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class CoordinatorAsked(Event, name="coordinator.asked"):
    """Somebody would like to hear from a coordinator."""

    member_id: UUID
