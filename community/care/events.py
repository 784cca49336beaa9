"""What happens in care, and what its time has come for (`…_due`). Ids only: never an answer, a number or a word."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from community.core.events import Event, Urgency


@dataclass(frozen=True, kw_only=True)
class ReachOutOpened(Event, name="reachout.opened", urgency=Urgency.CRISIS):
    """Somebody needs a person now."""

    reach_out_id: UUID


@dataclass(frozen=True, kw_only=True)
class ReachOutStepDue(Event, name="reachout.step_due", urgency=Urgency.CRISIS):
    """It is the next step's turn."""

    reach_out_id: UUID


@dataclass(frozen=True, kw_only=True)
class ReachOutAsked(Event, name="reachout.asked", urgency=Urgency.CRISIS):
    """Some people are asked to come; `round` says which of those who were asked for it."""

    reach_out_id: UUID
    round: int


@dataclass(frozen=True, kw_only=True)
class ReachOutClaimed(Event, name="reachout.claimed", urgency=Urgency.CRISIS):
    """Somebody came."""

    reach_out_id: UUID
    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class ReachOutUnanswered(Event, name="reachout.unanswered", urgency=Urgency.CRISIS):
    """Nobody is free: who asked is told so, and a coordinator has it to do."""

    reach_out_id: UUID


@dataclass(frozen=True, kw_only=True)
class ReachOutSilenceDue(Event, name="reachout.silence_due", urgency=Urgency.CRISIS):
    """It is time to look whether whoever came has written a word."""

    reach_out_id: UUID
    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class ReachOutReopened(Event, name="reachout.reopened", urgency=Urgency.CRISIS):
    """Whoever came could not stay; the ladder goes on."""

    reach_out_id: UUID


@dataclass(frozen=True, kw_only=True)
class ReachOutClosed(Event, name="reachout.closed"):
    """A reach-out is over; `by` is who closed it, nobody when the house did."""

    reach_out_id: UUID
    by: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class ReachOutRoomDue(Event, name="reachout.room_due"):
    """A day after a reach-out its room closes."""

    reach_out_id: UUID


@dataclass(frozen=True, kw_only=True)
class HelperWantsWord(Event, name="reachout.helper_asks"):
    """Somebody who came for another would like to talk to a coordinator about it."""

    reach_out_id: UUID
    member_id: UUID


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


@dataclass(frozen=True, kw_only=True)
class FirstWeekBegun(Event, name="first_week.begun"):
    """Somebody is new here; who welcomes them hears of it."""

    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class NewcomerWelcomed(Event, name="first_week.welcomed"):
    """Somebody new was welcomed by a person."""

    member_id: UUID
    by: UUID


@dataclass(frozen=True, kw_only=True)
class HelloDue(Event, name="first_week.hello_due"):
    """It is time to look whether somebody new was welcomed."""

    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class DoorWanted(Event, name="first_week.door_wanted"):
    """Somebody new would like to be met at the door of a date."""

    member_id: UUID
    occurrence_id: UUID


@dataclass(frozen=True, kw_only=True)
class DoorTaken(Event, name="first_week.door_taken"):
    """Somebody waits at the door for who is new."""

    member_id: UUID
    by: UUID


@dataclass(frozen=True, kw_only=True)
class DoorDue(Event, name="first_week.door_due"):
    """It is time to look whether somebody waits at the door."""

    member_id: UUID
    occurrence_id: UUID


@dataclass(frozen=True, kw_only=True)
class FirstWeekDue(Event, name="first_week.due"):
    """Somebody's first seven days are over."""

    member_id: UUID
