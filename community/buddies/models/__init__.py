"""Tables of buddies."""

from community.buddies.models.pairings import Pairing, StandIn
from community.buddies.models.profiles import BuddyProfile
from community.buddies.models.runs import MatchRun, MatchSchedule
from community.buddies.models.suggestions import Suggestion

__all__ = ["BuddyProfile", "MatchRun", "MatchSchedule", "Pairing", "StandIn", "Suggestion"]
