"""What two buddies say in private about going on, and what comes of it. Neither learns what the other said."""

from collections.abc import Mapping
from uuid import UUID

from community.buddies import rules
from community.buddies.access import pairings
from community.buddies.actions import pairings as pairings_actions
from community.buddies.actions import prompts, suggestions
from community.buddies.models.pairings import Pairing
from community.buddies.models.profiles import BuddyProfile
from community.core.errors import Conflict
from community.core.unit_of_work import UnitOfWork


class NothingAsked(Conflict):
    """There is nothing to answer just now."""

    code = "nothing_asked"
    message = "There is nothing to answer just now."


def record_review(uow: UnitOfWork, *, pairing_id: UUID, choice: str) -> Pairing:
    """Say in private whether it goes on: `keep`, `end`, or `new` for somebody else. The last word counts.

    It is decided when both have said something, or when the time for it is over. Raises NotFound, PairingOver,
    NothingAsked.
    """
    row, profiles = pairings.pairing_to_change(uow, pairing_id)
    if row.state == "ended":
        raise pairings_actions.PairingOver
    if row.asked_at is None:
        raise NothingAsked
    row.set_choice(uow.actor.id, choice)
    if row.a_choice and row.b_choice:
        _decide(uow, row, profiles)
    uow.session.flush()
    return row


def close_review(uow: UnitOfWork, *, pairing_id: UUID) -> None:
    """The time for answers is over: do what they come to. One that was decided meanwhile stays so."""
    found = pairings.locked_living_pairing(uow, pairing_id)
    if found is None:
        return
    row, profiles = found
    if row.answers_until is not None and row.answers_until <= uow.now:
        _decide(uow, row, profiles)


def _decide(uow: UnitOfWork, row: Pairing, profiles: Mapping[UUID, BuddyProfile]) -> None:
    why, said = row.asked_why or "", {row.a_id: row.a_choice, row.b_id: row.b_choice}
    row.asked_at = row.asked_why = row.answers_until = None
    row.a_choice = row.b_choice = ""
    if why == "trial":
        row.trial_until = None
    if not rules.ends(why, (said[row.a_id], said[row.b_id])):
        if why == "quiet":
            prompts.plan_quiet_check(uow, row, at=uow.now + rules.QUIET)
        return
    reason = "mismatch" if why == "trial" else "drifted"
    pairings_actions.end_locked(uow, row, profiles.values(), reason=reason, ended_by=None, asked=True)
    for member_id, choice in said.items():
        if choice == "end":
            profiles[member_id].is_paused = True
            profiles[member_id].paused_until = None
    uow.session.flush()
    for member_id, choice in said.items():
        if choice == "new" and suggestions.has_capacity(uow, profiles[member_id]):
            suggestions.suggest_next(uow, member_id)
