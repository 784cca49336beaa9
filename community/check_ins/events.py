"""Events of check-ins. Ids only."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from community.core.events import Event, Priority


@dataclass(frozen=True, kw_only=True)
class CheckInRecorded(Event, name="check_in.recorded"):
    """Somebody said how a day was."""

    check_in_id: UUID
    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class CheckInReviewed(Event, name="check_in.reviewed"):
    """A coordinator has seen to a check-in that was shared with them."""

    check_in_id: UUID
    by: UUID


@dataclass(frozen=True, kw_only=True)
class CheckInDue(Event, name="check_in.due", urgency=Priority.TIMED):
    """It is the time at which somebody wants to be asked how they are."""

    member_id: UUID
    version: int
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class CheckInPrompted(Event, name="check_in.prompted", urgency=Priority.TIMED):
    """Somebody is asked how they are."""

    member_id: UUID
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class CheckInReminded(Event, name="check_in.reminded", urgency=Priority.TIMED):
    """Somebody who said nothing for a while gets one gentle word."""

    member_id: UUID
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class CheckInMissed(Event, name="check_in.missed", urgency=Priority.TIMED):
    """Somebody is still silent, and wanted their buddy to hear of it then."""

    member_id: UUID
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class CoordinatorContactRequested(Event, name="coordinator_contact.requested"):
    """Somebody would like to hear from a coordinator."""

    member_id: UUID
