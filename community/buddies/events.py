"""What happens between buddies. A decline, an expiry or a withdrawal is no event: nobody is told of it."""

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
    """A pairing is over. `ended_by` is who ended it, nobody when a block or a closed account did."""

    pairing_id: UUID
    ended_by: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class PairingFlagged(Event, name="pairing.flagged"):
    """Somebody ended a pairing because they did not feel safe; a coordinator has to look."""

    pairing_id: UUID


@dataclass(frozen=True, kw_only=True)
class MentorAsked(Event, name="mentor.asked"):
    """Somebody wants to be there for newcomers; a coordinator decides."""

    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class MentorApproved(Event, name="mentor.approved"):
    """A coordinator said that a member may be matched as a mentor."""

    member_id: UUID
