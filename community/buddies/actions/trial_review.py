"""Private reviews of a pairing, and their result. Neither buddy learns the other's answer."""

from collections.abc import Mapping
from uuid import UUID

from community.buddies import rules
from community.buddies.access import pairings
from community.buddies.actions import pairings as pairings_actions
from community.buddies.actions import prompts, suggestions
from community.buddies.events import ReviewDue
from community.buddies.models.pairings import Pairing
from community.buddies.models.profiles import BuddyProfile
from community.core.errors import Conflict
from community.core.unit_of_work import UnitOfWork


class NothingAsked(Conflict):
    """The pairing has no open review."""

    code = "nothing_asked"
    message = "There’s no question to answer right now."


def record_review(uow: UnitOfWork, *, pairing_id: UUID, choice: str) -> Pairing:
    """Store the actor's private answer: `keep`, `end`, or `new` for another buddy. The last answer counts.

    The review is decided when both have answered, or when the time for it is over. Raises NotFound, PairingOver,
    NothingAsked.
    """
    row, profiles = pairings.pairing_to_change(uow, pairing_id)
    if row.state == "ended":
        raise pairings_actions.PairingOver
    if row.review_requested_at is None:
        raise NothingAsked
    row.set_choice(uow.actor.id, choice)
    if row.a_review and row.b_review:
        _decide(uow, row, profiles)
    uow.session.flush()
    return row


def close_review(uow: UnitOfWork, event: ReviewDue) -> None:
    """Decide a review whose time is over by its answers. A review that was decided meanwhile stays unchanged."""
    found = pairings.locked_open_pairing(uow, event.pairing_id)
    if found is None:
        return
    row, profiles = found
    if row.answers_until is not None and row.answers_until <= uow.now:
        _decide(uow, row, profiles)


def _decide(uow: UnitOfWork, row: Pairing, profiles: Mapping[UUID, BuddyProfile]) -> None:
    why, said = row.review_reason or "", {row.a_id: row.a_review, row.b_id: row.b_review}
    row.review_requested_at = row.review_reason = row.answers_until = None
    row.a_review = row.b_review = ""
    if why == "trial":
        row.trial_until = None
    if not rules.ends(why, (said[row.a_id], said[row.b_id])):
        if why == "quiet":
            prompts.schedule_silence_check(uow, row, at=uow.now + rules.QUIET)
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
