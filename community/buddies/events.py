"""What happens between buddies, and what its time has come for (`…_due`).

A decline, an expiry or a withdrawal is no event: nobody is told of it. Nor is what somebody answered in private.
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
    """Both said yes; their room is open."""

    pairing_id: UUID


@dataclass(frozen=True, kw_only=True)
class PairingEnded(Event, name="pairing.ended"):
    """A pairing is over. `ended_by` is who ended it, nobody when a block or a closed account did.

    With `asked` it ended because of what both were asked in private, and nobody is told who said what.
    """

    pairing_id: UUID
    ended_by: UUID | None = None
    asked: bool = False


@dataclass(frozen=True, kw_only=True)
class PairingSafetyFlagged(Event, name="pairing.safety_flagged"):
    """Somebody ended a pairing because they did not feel safe; a coordinator has to look."""

    pairing_id: UUID


@dataclass(frozen=True, kw_only=True)
class MentorApplied(Event, name="mentor.applied"):
    """Somebody wants to be there for newcomers; a coordinator decides."""

    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class MentorApproved(Event, name="mentor.approved"):
    """A coordinator said that a member may be matched as a mentor."""

    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class PairingSafetyReviewed(Event, name="pairing.safety_reviewed"):
    """A coordinator has looked into a pairing that did not feel safe."""

    pairing_id: UUID
    by: UUID


@dataclass(frozen=True, kw_only=True)
class MentorRejected(Event, name="mentor.rejected"):
    """A coordinator took an approval back, or somebody does not offer to be a mentor any more."""

    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class SuggestionSuperseded(Event, name="buddy.superseded"):
    """A suggestion is no longer open to a member, because the other one's places are taken."""

    suggestion_id: UUID
    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class PromptDue(Event, name="pairing.prompt_due"):
    """It is time for a word between two buddies; `prompt_number` counts these times from 0."""

    pairing_id: UUID
    prompt_number: int


@dataclass(frozen=True, kw_only=True)
class PromptSent(Event, name="pairing.prompt_sent"):
    """One of two buddies is reminded that a line is enough."""

    pairing_id: UUID
    member_id: UUID
    prompt_number: int


@dataclass(frozen=True, kw_only=True)
class TrialDue(Event, name="pairing.trial_due"):
    """The first fortnight of a pairing is over."""

    pairing_id: UUID


@dataclass(frozen=True, kw_only=True)
class PairingInactivityCheckDue(Event, name="pairing.inactivity_check_due"):
    """It is time to look whether two buddies have been silent for long."""

    pairing_id: UUID


@dataclass(frozen=True, kw_only=True)
class ReviewRequested(Event, name="pairing.review_requested"):
    """Both buddies are asked in private whether it goes on."""

    pairing_id: UUID


@dataclass(frozen=True, kw_only=True)
class ReviewDue(Event, name="pairing.review_due"):
    """Answers to what both were asked count no longer."""

    pairing_id: UUID


@dataclass(frozen=True, kw_only=True)
class PhonesShared(Event, name="pairing.phones_shared"):
    """Both buddies share their number; each can see the other's."""

    pairing_id: UUID


@dataclass(frozen=True, kw_only=True)
class StandInAnnounced(Event, name="stand_in.announced"):
    """Somebody's buddy cannot today."""

    stand_in_id: UUID


@dataclass(frozen=True, kw_only=True)
class StandInRequested(Event, name="stand_in.requested"):
    """Somebody whose buddy cannot today would like somebody else to be there."""

    stand_in_id: UUID


@dataclass(frozen=True, kw_only=True)
class StandInAccepted(Event, name="stand_in.accepted"):
    """Somebody is there today for who wanted it."""

    stand_in_id: UUID


@dataclass(frozen=True, kw_only=True)
class StandInDue(Event, name="stand_in.due"):
    """The day is over on which somebody's buddy could not."""

    stand_in_id: UUID


@dataclass(frozen=True, kw_only=True)
class MatchRunDue(Event, name="match_run.due"):
    """It is time for the week's match run; `version` is that of the schedule it was planned under."""

    version: int
