"""Events of check-ins. Ids only."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from community.core.events import Event, Priority


@dataclass(frozen=True, kw_only=True)
class CheckInRecorded(Event, name="check_in.recorded"):
    """A member checked in, or shared a check-in that was only theirs. Without `audience` it is the check-in's."""

    check_in_id: UUID
    member_id: UUID
    audience: str | None = None

    def is_for(self, audience: str) -> bool:
        """Return whether this event, and no other one of the check-in, is the one that this audience is notified of."""
        return self.audience in (None, audience)


@dataclass(frozen=True, kw_only=True)
class CheckInReviewed(Event, name="check_in.reviewed"):
    """A coordinator marked a shared check-in as seen."""

    check_in_id: UUID
    by: UUID


@dataclass(frozen=True, kw_only=True)
class CheckInDue(Event, name="check_in.due", priority=Priority.TIMED):
    """A member's time to check in has come."""

    member_id: UUID
    version: int
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class CheckInPrompted(Event, name="check_in.prompted", priority=Priority.TIMED):
    """A member is asked to check in."""

    member_id: UUID
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class CheckInReminded(Event, name="check_in.reminded", priority=Priority.TIMED):
    """A member who did not answer for a while gets one gentle reminder."""

    member_id: UUID
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class CheckInMissed(Event, name="check_in.missed", priority=Priority.TIMED):
    """A member still does not answer, and wanted their buddy to hear of it."""

    member_id: UUID
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class CoordinatorContactRequested(Event, name="coordinator_contact.requested"):
    """A member wants a coordinator to contact them."""

    member_id: UUID
