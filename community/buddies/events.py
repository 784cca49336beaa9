"""Events of buddies, and planned moments (`…_due`).

A decline, an expiry or a withdrawal is no event: no one is notified of it. Nor is a private answer.
"""

from dataclasses import dataclass
from uuid import UUID

from community.core.events import Event


@dataclass(frozen=True, kw_only=True)
class BuddySuggested(Event, name="buddy.suggested"):
    """Two members were suggested to each other."""

    suggestion_id: UUID


@dataclass(frozen=True, kw_only=True)
class BuddyMatched(Event, name="buddy.matched"):
    """Both accepted, and their room is open."""

    pairing_id: UUID


@dataclass(frozen=True, kw_only=True)
class PairingEnded(Event, name="pairing.ended"):
    """A pairing ended. `ended_by` is the member who ended it, None when a block or a closed account did.

    With `asked` it ended because of the private answers, and no one is told who gave which.
    """

    pairing_id: UUID
    ended_by: UUID | None = None
    asked: bool = False


@dataclass(frozen=True, kw_only=True)
class PairingSafetyFlagged(Event, name="pairing.safety_flagged"):
    """A member ended a pairing because they did not feel safe. A coordinator has to review it."""

    pairing_id: UUID


@dataclass(frozen=True, kw_only=True)
class MentorApplied(Event, name="mentor.applied"):
    """A member wants to be a mentor. A coordinator decides."""

    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class MentorApproved(Event, name="mentor.approved"):
    """A coordinator allowed a member to be matched as a mentor."""

    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class PairingSafetyReviewed(Event, name="pairing.safety_reviewed"):
    """A coordinator reviewed a pairing that did not feel safe."""

    pairing_id: UUID
    by: UUID


@dataclass(frozen=True, kw_only=True)
class MentorRejected(Event, name="mentor.rejected"):
    """A coordinator withdrew an approval, or a member no longer offers to be a mentor."""

    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class SuggestionSuperseded(Event, name="buddy.superseded"):
    """A suggestion is no longer open to a member, because the other one's places are taken."""

    suggestion_id: UUID
    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class PromptDue(Event, name="pairing.prompt_due"):
    """A prompt for two buddies is due. `prompt_number` counts from 0."""

    pairing_id: UUID
    prompt_number: int


@dataclass(frozen=True, kw_only=True)
class PromptSent(Event, name="pairing.prompt_sent"):
    """One of two buddies was prompted to write."""

    pairing_id: UUID
    member_id: UUID
    prompt_number: int


@dataclass(frozen=True, kw_only=True)
class TrialDue(Event, name="pairing.trial_due"):
    """The first two weeks of a pairing are over."""

    pairing_id: UUID


@dataclass(frozen=True, kw_only=True)
class PairingInactivityCheckDue(Event, name="pairing.inactivity_check_due"):
    """A check is due whether two buddies have been silent for long."""

    pairing_id: UUID


@dataclass(frozen=True, kw_only=True)
class ReviewRequested(Event, name="pairing.review_requested"):
    """Both buddies are asked in private whether it goes on."""

    pairing_id: UUID


@dataclass(frozen=True, kw_only=True)
class ReviewDue(Event, name="pairing.review_due"):
    """The time to answer a private review is over."""

    pairing_id: UUID


@dataclass(frozen=True, kw_only=True)
class PhonesShared(Event, name="pairing.phones_shared"):
    """Both buddies share their number, and each can see the other's."""

    pairing_id: UUID


@dataclass(frozen=True, kw_only=True)
class StandInAnnounced(Event, name="stand_in.announced"):
    """A member's buddy is away today."""

    stand_in_id: UUID


@dataclass(frozen=True, kw_only=True)
class StandInRequested(Event, name="stand_in.requested"):
    """A member whose buddy is away today wants a stand-in."""

    stand_in_id: UUID


@dataclass(frozen=True, kw_only=True)
class StandInAccepted(Event, name="stand_in.accepted"):
    """A stand-in accepted for today."""

    stand_in_id: UUID


@dataclass(frozen=True, kw_only=True)
class StandInDue(Event, name="stand_in.due"):
    """The day on which a member's buddy was away is over."""

    stand_in_id: UUID


@dataclass(frozen=True, kw_only=True)
class MatchRunDue(Event, name="match_run.due"):
    """The weekly match run is due. `version` is that of the schedule it was planned under."""

    version: int
