"""Suggestions: made, answered in private by both, matched or over, and followed by the next one."""

from datetime import timedelta
from uuid import UUID

from community.buddies.access import profiles as profiles_access
from community.buddies.access import suggestions
from community.buddies.actions import pairings
from community.buddies.events import BuddySuggested, SuggestionSuperseded
from community.buddies.matching.compatibility import candidates_for
from community.buddies.models.profiles import BuddyProfile
from community.buddies.models.suggestions import Suggestion
from community.buddies.queries import candidates
from community.buddies.rules import SUGGESTION_LASTS, in_order, seen_state, takes_a_place
from community.core.errors import Conflict
from community.core.ids import new_id
from community.core.unit_of_work import UnitOfWork
from community.members.actions import quotas

CANDIDATES_TRIED = 20


class SuggestionClosed(Conflict):
    """The suggestion is no longer open."""

    code = "suggestion_closed"
    message = "This suggestion is no longer open."


class PlacesTaken(Conflict):
    """The actor has as many buddies as they asked for."""

    code = "places_taken"
    message = "You have as many buddies as you asked for."


def accept(uow: UnitOfWork, *, suggestion_id: UUID) -> str:
    """Accept a suggestion. When both have, they are paired in this transaction.

    Returns `accepted_by_one` or `matched`. Idempotent. When one of the two may not be brought together with others now,
    the yes is stored and the suggestion ends at its time: neither learns why. Raises NotFound, SuggestionClosed,
    PlacesTaken.
    """
    row, mine, theirs = suggestions.suggestion_to_answer(uow, suggestion_id)
    seen = _seen(row, uow)
    if seen in ("accepted_by_one", "matched"):
        return seen
    if seen != "suggested":
        raise SuggestionClosed
    if not mine.free_places:
        raise PlacesTaken
    row.set_answer(uow.actor.id, "accepted")
    if row.state == "suggested":
        row.state = "accepted_by_one"
    elif row.state == "accepted_by_one" and theirs.free_places and _may_be_paired(uow, mine, theirs):
        _match(uow, row, mine, theirs)
    uow.session.flush()
    return _seen(row, uow)


def decline(uow: UnitOfWork, *, suggestion_id: UUID) -> str:
    """Decline a suggestion, also after a yes. The actor is free at once; the other learns nothing before the expiry.

    Returns `declined`. Raises NotFound, SuggestionClosed.
    """
    row, _, _ = suggestions.suggestion_to_answer(uow, suggestion_id)
    seen = _seen(row, uow)
    if seen == "declined":
        return seen
    if seen not in ("suggested", "accepted_by_one"):
        raise SuggestionClosed
    row.set_answer(uow.actor.id, "declined")
    row.declined_at = uow.now
    if row.answer_of(row.other(uow.actor.id)) == "declined":
        row.settled_at = uow.now
    if row.state != "withdrawn":
        row.state = "declined"
    uow.session.flush()
    if quotas.NEXT_SUGGESTIONS.refusal(uow.session, uow.actor.id, now=uow.now) is None:
        suggest_next(uow, uow.actor.id)  # else the next run suggests somebody
    return "declined"


def suggest(
    uow: UnitOfWork,
    *,
    pair: tuple[UUID, UUID],
    score: int,
    reasons: tuple[str, ...],
    run_id: UUID | None = None,
    lasts: timedelta = SUGGESTION_LASTS,
) -> Suggestion:
    """Suggest two members to each other. The caller has checked that they may be, and has locked both profiles."""
    a_id, b_id = in_order(*pair)
    row = Suggestion(
        id=new_id(),
        run_id=run_id,
        a_id=a_id,
        b_id=b_id,
        state="suggested",
        a_answer="",
        b_answer="",
        score=score,
        reasons=list(reasons),
        created_at=uow.now,
        expires_at=uow.now + lasts,
    )
    uow.session.add(row)
    uow.session.flush()
    uow.record(BuddySuggested(suggestion_id=row.id))
    return row


def suggest_next(uow: UnitOfWork, member_id: UUID) -> Suggestion | None:
    """Suggest another member to one who has a free place again: the longest waiting, then the best fit. None if no one
    fits.

    The caller has locked the member's profile. A candidate whose profile another transaction has locked is skipped.
    """
    population = candidates.candidates_for_member(uow, member_id)
    for candidate in candidates_for(str(member_id), population, on=uow.now.date())[:CANDIDATES_TRIED]:
        other_id = UUID(candidate.id)
        other = profiles_access.locked_profiles(uow, [other_id], if_free=True).get(other_id)
        if other is None or not has_capacity(uow, other):
            continue
        return suggest(uow, pair=(member_id, other_id), score=candidate.score, reasons=candidate.reasons)
    return None


def has_capacity(uow: UnitOfWork, profile: BuddyProfile) -> bool:
    """Return whether a locked profile can take one more suggestion now."""
    if profile.is_paused_at(uow.now) or profile.is_resting_at(uow.now) or not profile.is_approved:
        return False
    return profile.free_places > candidates.places_taken(uow, [profile.member_id])[profile.member_id]


def withdraw_all(uow: UnitOfWork, member_id: UUID) -> None:
    """End the suggestions of a member as if they had not answered: the others see an expiry in its time."""
    for row in suggestions.unsettled_of(uow, member_id):
        if _is_open_to(row, member_id, uow):
            row.set_answer(member_id, "declined")
            row.state = "withdrawn"
            if row.answer_of(row.other(member_id)) == "declined":
                row.settled_at = uow.now
    uow.session.flush()


def withdraw_between(uow: UnitOfWork, one: UUID, other: UUID) -> None:
    """End the suggestions between two members who are blocked now. They disappear for both, and both are free."""
    profiles_access.locked_profiles(uow, [one, other])
    for row in suggestions.unsettled_between(uow, one, other):
        row.state = "withdrawn"
        row.settled_at = uow.now
    uow.session.flush()


def settle_due(uow: UnitOfWork, *, limit: int) -> int:
    """Close suggestions that are over, each once even with several workers, and suggest others to the members freed.

    Returns the number closed.
    """
    due = suggestions.due_suggestions(uow, limit=limit)
    locked = profiles_access.locked_profiles(uow, {member for _, *pair in due for member in pair}, if_free=True)
    mine = [id_ for id_, a_id, b_id in due if a_id in locked and b_id in locked]
    freed: list[UUID] = []
    settled = 0
    for row in suggestions.locked_suggestions(uow, mine):
        if row.settled_at is not None:
            continue
        settled += 1
        freed += [one for one in (row.a_id, row.b_id) if row.answer_of(one) != "declined"]
        if row.state in ("suggested", "accepted_by_one"):
            row.state = "expired"
        row.settled_at = uow.now
    uow.session.flush()
    for member_id in dict.fromkeys(freed):
        if has_capacity(uow, locked[member_id]):
            suggest_next(uow, member_id)
    return settled


def _match(uow: UnitOfWork, row: Suggestion, *profiles: BuddyProfile) -> None:
    row.state = "matched"
    row.settled_at = uow.now
    uow.session.flush()
    pairings.begin(uow, suggestion=row, profiles=profiles)
    for profile in profiles:
        if not profile.free_places:
            _supersede(uow, profile.member_id)


def _may_be_paired(uow: UnitOfWork, mine: BuddyProfile, theirs: BuddyProfile) -> bool:
    return candidates.may_be_paired(uow, mine.member_id, theirs.member_id)


def _supersede(uow: UnitOfWork, member_id: UUID) -> None:
    """Close a member's open suggestions once they have no free places. Their counterparts are freed by the next sweep.

    Suggestions that this member declined, or was taken out of, stay unchanged: to the other they have to look
    unanswered.
    """
    for row in suggestions.unsettled_of(uow, member_id):
        if row.answer_of(member_id) == "declined":
            continue
        other = row.other(member_id)
        is_open_to_other = _is_open_to(row, other, uow)
        row.state = "superseded"
        if is_open_to_other:
            uow.record(SuggestionSuperseded(suggestion_id=row.id, member_id=other))


def _seen(row: Suggestion, uow: UnitOfWork) -> str:
    return seen_state(state=row.state, own_answer=row.answer_of(uow.actor.id), expires_at=row.expires_at, now=uow.now)


def _is_open_to(row: Suggestion, member_id: UUID, uow: UnitOfWork) -> bool:
    return takes_a_place(state=row.state, own_answer=row.answer_of(member_id), expires_at=row.expires_at, now=uow.now)
