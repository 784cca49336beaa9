"""Check-ins, quiet, hard hours and shifts: what happens, and what its time has come for."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from community.core.events import Event, Urgency


@dataclass(frozen=True, kw_only=True)
class ShiftChanged(Event, name="shift.changed"):
    """The rota is another one: planned, taken out, `offered` to others, or taken over from somebody."""

    shift_id: UUID
    offered: bool = False
    taken_from: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class HandOverDue(Event, name="shift.hand_over_due"):
    """A shift is about to end."""

    shift_id: UUID


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
class CheckInDue(Event, name="checkin.due", urgency=Urgency.TIMED):
    """It is the time at which somebody wants to be asked how they are."""

    member_id: UUID
    version: int
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class CheckInAsked(Event, name="checkin.asked", urgency=Urgency.TIMED):
    """Somebody is asked how they are."""

    member_id: UUID
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class CheckInNudged(Event, name="checkin.nudged", urgency=Urgency.TIMED):
    """Somebody who said nothing for a while gets one gentle word."""

    member_id: UUID
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class CheckInMissed(Event, name="checkin.missed", urgency=Urgency.TIMED):
    """Somebody is still silent, and wanted their buddy to hear of it then."""

    member_id: UUID
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class CoordinatorAsked(Event, name="coordinator.asked"):
    """Somebody would like to hear from a coordinator."""

    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class QuietLookDue(Event, name="quiet.look_due", urgency=Urgency.DIGEST):
    """It is time to compare somebody's last weeks with those before, as they asked."""

    member_id: UUID
    version: int


@dataclass(frozen=True, kw_only=True)
class QuietNoticed(Event, name="quiet.noticed", urgency=Urgency.TIMED):
    """Somebody is quieter than usual. `level` says who hears of it: 1 themselves, 2 their buddy, 3 the coordinators."""

    member_id: UUID
    level: int


@dataclass(frozen=True, kw_only=True)
class QuietEnded(Event, name="quiet.ended", urgency=Urgency.TIMED):
    """Somebody is as they used to be, or does not want it noticed any more."""

    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class HardHourDue(Event, name="hardhour.due", urgency=Urgency.TIMED):
    """A time comes that somebody planned for."""

    hard_hour_id: UUID
    starts_at: datetime


@dataclass(frozen=True, kw_only=True)
class HardHourBegun(Event, name="hardhour.begun", urgency=Urgency.TIMED):
    """It has begun."""

    hard_hour_id: UUID
    member_id: UUID
    starts_at: datetime
    ends_at: datetime
