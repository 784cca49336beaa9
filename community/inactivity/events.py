"""Events of inactivity. Ids only."""

from dataclasses import dataclass
from uuid import UUID

from community.core.events import Event, Priority


@dataclass(frozen=True, kw_only=True)
class InactivityCheckDue(Event, name="inactivity.check_due", priority=Priority.DIGEST):
    """It is time to compare a member's last weeks with those before, as they asked."""

    member_id: UUID
    version: int


@dataclass(frozen=True, kw_only=True)
class InactivityDetected(Event, name="inactivity.detected", priority=Priority.TIMED):
    """A member is less active than usual. `level` is who hears: 1 the member, 2 their buddy, 3 the coordinators."""

    member_id: UUID
    level: int


@dataclass(frozen=True, kw_only=True)
class InactivityEnded(Event, name="inactivity.ended", priority=Priority.TIMED):
    """A member is as active as usual again, or turned their watch off."""

    member_id: UUID
