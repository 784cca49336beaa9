"""Somebody needs a person: what happens to a reach-out, and what its time has come for."""

from dataclasses import dataclass
from uuid import UUID

from community.core.events import Event, Priority


@dataclass(frozen=True, kw_only=True)
class ReachOutOpened(Event, name="reach_out.opened", urgency=Priority.CRISIS):
    """Somebody needs a person now."""

    reach_out_id: UUID


@dataclass(frozen=True, kw_only=True)
class ReachOutStepDue(Event, name="reach_out.step_due", urgency=Priority.CRISIS):
    """It is the next step's turn."""

    reach_out_id: UUID


@dataclass(frozen=True, kw_only=True)
class RespondersNotified(Event, name="reach_out.responders_notified", urgency=Priority.CRISIS):
    """Some people are asked to come; `round` says which of those who were asked for it."""

    reach_out_id: UUID
    round: int


@dataclass(frozen=True, kw_only=True)
class ReachOutClaimed(Event, name="reach_out.claimed", urgency=Priority.CRISIS):
    """A responder said that they will come. The ladder goes on until they write."""

    reach_out_id: UUID
    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class ReachOutAnswered(Event, name="reach_out.answered", urgency=Priority.CRISIS):
    """The responder wrote their first message. Nobody else needs to come."""

    reach_out_id: UUID
    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class ReachOutUnanswered(Event, name="reach_out.unanswered", urgency=Priority.CRISIS):
    """Nobody is free: who asked is told so, and a coordinator has it to do."""

    reach_out_id: UUID


@dataclass(frozen=True, kw_only=True)
class ResponseCheckDue(Event, name="reach_out.response_check_due", urgency=Priority.CRISIS):
    """It is time to look whether whoever came has written a word."""

    reach_out_id: UUID
    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class ReachOutResumed(Event, name="reach_out.resumed", urgency=Priority.CRISIS):
    """Whoever came could not stay; the ladder goes on."""

    reach_out_id: UUID


@dataclass(frozen=True, kw_only=True)
class ReachOutClosed(Event, name="reach_out.closed"):
    """A reach-out is over; `by` is who closed it, nobody when the house did."""

    reach_out_id: UUID
    by: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class ReachOutRoomDue(Event, name="reach_out.room_due"):
    """A day after a reach-out its room closes."""

    reach_out_id: UUID


@dataclass(frozen=True, kw_only=True)
class DebriefRequested(Event, name="reach_out.debrief_requested"):
    """Somebody who came for another would like to talk to a coordinator about it."""

    reach_out_id: UUID
    member_id: UUID
