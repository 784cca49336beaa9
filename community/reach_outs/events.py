"""Somebody needs a person: what happens to a reach-out, and what its time has come for."""

from dataclasses import dataclass
from uuid import UUID

from community.core.events import Event, Priority


@dataclass(frozen=True, kw_only=True)
class ReachOutOpened(Event, name="reachout.opened", urgency=Priority.CRISIS):
    """Somebody needs a person now."""

    reach_out_id: UUID


@dataclass(frozen=True, kw_only=True)
class ReachOutStepDue(Event, name="reachout.step_due", urgency=Priority.CRISIS):
    """It is the next step's turn."""

    reach_out_id: UUID


@dataclass(frozen=True, kw_only=True)
class ReachOutAsked(Event, name="reachout.asked", urgency=Priority.CRISIS):
    """Some people are asked to come; `round` says which of those who were asked for it."""

    reach_out_id: UUID
    round: int


@dataclass(frozen=True, kw_only=True)
class ReachOutClaimed(Event, name="reachout.claimed", urgency=Priority.CRISIS):
    """A responder said that they will come. The ladder goes on until they write."""

    reach_out_id: UUID
    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class ReachOutAnswered(Event, name="reachout.answered", urgency=Priority.CRISIS):
    """The responder wrote their first message. Nobody else needs to come."""

    reach_out_id: UUID
    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class ReachOutUnanswered(Event, name="reachout.unanswered", urgency=Priority.CRISIS):
    """Nobody is free: who asked is told so, and a coordinator has it to do."""

    reach_out_id: UUID


@dataclass(frozen=True, kw_only=True)
class ReachOutSilenceDue(Event, name="reachout.silence_due", urgency=Priority.CRISIS):
    """It is time to look whether whoever came has written a word."""

    reach_out_id: UUID
    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class ReachOutReopened(Event, name="reachout.reopened", urgency=Priority.CRISIS):
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
