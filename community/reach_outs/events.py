"""Events of reach-outs. Ids only."""

from dataclasses import dataclass
from uuid import UUID

from community.core.events import Event, Priority


@dataclass(frozen=True, kw_only=True)
class ReachOutOpened(Event, name="reach_out.opened", priority=Priority.CRISIS):
    """A member asked for help."""

    reach_out_id: UUID


@dataclass(frozen=True, kw_only=True)
class ReachOutStepDue(Event, name="reach_out.step_due", priority=Priority.CRISIS):
    """The next step of a reach-out is due."""

    reach_out_id: UUID


@dataclass(frozen=True, kw_only=True)
class RespondersNotified(Event, name="reach_out.responders_notified", priority=Priority.CRISIS):
    """Responders were asked; `round` says which of them."""

    reach_out_id: UUID
    round: int


@dataclass(frozen=True, kw_only=True)
class ReachOutClaimed(Event, name="reach_out.claimed", priority=Priority.CRISIS):
    """A responder claimed a reach-out. Its steps go on until they write."""

    reach_out_id: UUID
    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class ReachOutAnswered(Event, name="reach_out.answered", priority=Priority.CRISIS):
    """The responder wrote their first message, which ends the steps."""

    reach_out_id: UUID
    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class ReachOutUnanswered(Event, name="reach_out.unanswered", priority=Priority.CRISIS):
    """No responder is available. The requester is told so, and coordinators get a task."""

    reach_out_id: UUID


@dataclass(frozen=True, kw_only=True)
class ResponseCheckDue(Event, name="reach_out.response_check_due", priority=Priority.CRISIS):
    """It is time to check that the responder has written."""

    reach_out_id: UUID
    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class ReachOutResumed(Event, name="reach_out.resumed", priority=Priority.CRISIS):
    """The responder could not stay, and others are asked."""

    reach_out_id: UUID


@dataclass(frozen=True, kw_only=True)
class ReachOutClosed(Event, name="reach_out.closed"):
    """A reach-out was closed, `by` a member or, when None, by a rule."""

    reach_out_id: UUID
    by: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class ReachOutRoomDue(Event, name="reach_out.room_due"):
    """The room of a closed reach-out is due to be closed."""

    reach_out_id: UUID


@dataclass(frozen=True, kw_only=True)
class DebriefRequested(Event, name="reach_out.debrief_requested"):
    """A responder wants to talk to a coordinator about the reach-out."""

    reach_out_id: UUID
    member_id: UUID
