"""Loading profiles, suggestions, pairings and runs with permission and lock.

Locks are taken in one order, so that nobody waits in a circle: run, profiles by id, suggestions by id, pairing, room.
A profile out of that order (somebody's next candidate) is taken only when nobody holds it.
"""

from community.buddies.access.pairings import (
    living_pairing,
    lock_around,
    locked_living_pairing,
    locked_pairing,
    pairing_to_change,
    pairing_to_look_into,
    pairing_to_see,
    pairings_of,
)
from community.buddies.access.profiles import (
    locked_profiles,
    mentor_to_decide,
    own_profile,
    own_profile_to_change,
    profiles_to_seal,
)
from community.buddies.access.runs import forget_run_inputs, run_to_see, running, schedule_to_change, started_run
from community.buddies.access.stand_ins import (
    asked_to_stand_in,
    may_stand_in,
    open_stand_in,
    own_pairings_that_go_on,
    own_stand_in,
    stand_in_to_claim,
    stand_in_to_end,
    stand_ins_between,
    stand_ins_of_helper,
)
from community.buddies.access.suggestions import (
    due_suggestions,
    locked_suggestions,
    suggestion_to_answer,
    suggestion_to_see,
    unsettled_between,
    unsettled_of,
)

__all__ = [
    "asked_to_stand_in",
    "due_suggestions",
    "forget_run_inputs",
    "living_pairing",
    "lock_around",
    "locked_living_pairing",
    "locked_pairing",
    "locked_profiles",
    "locked_suggestions",
    "may_stand_in",
    "mentor_to_decide",
    "open_stand_in",
    "own_pairings_that_go_on",
    "own_profile",
    "own_profile_to_change",
    "own_stand_in",
    "pairing_to_change",
    "pairing_to_look_into",
    "pairing_to_see",
    "pairings_of",
    "profiles_to_seal",
    "run_to_see",
    "running",
    "schedule_to_change",
    "stand_in_to_claim",
    "stand_in_to_end",
    "stand_ins_between",
    "stand_ins_of_helper",
    "started_run",
    "suggestion_to_answer",
    "suggestion_to_see",
    "unsettled_between",
    "unsettled_of",
]
