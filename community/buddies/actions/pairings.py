"""Pairings: begun with a room of their own, paused, ended by either side at any time."""

from collections.abc import Iterable
from uuid import UUID

from community.buddies.access import pairings
from community.buddies.actions import prompts
from community.buddies.events import (
    BuddyMatched,
    PairingEnded,
    PairingSafetyFlagged,
    PairingSafetyReviewed,
    PhonesShared,
    TrialDue,
)
from community.buddies.models.pairings import Pairing
from community.buddies.models.profiles import BuddyProfile
from community.buddies.models.suggestions import Suggestion
from community.buddies.rules import FIRST_PROMPT, MENTOR_REST, QUIET, TRIAL
from community.core.errors import Conflict
from community.core.ids import new_id
from community.core.permissions import Permission
from community.core.unit_of_work import UnitOfWork
from community.members.actions import accounts, quotas
from community.rooms.actions import managed_rooms
from community.rooms.actions.create import open_room
from community.rooms.actions.membership import remove_members


class PairingOver(Conflict):
    """The pairing has ended."""

    code = "pairing_ended"
    message = "You two are no longer buddies."


def begin(uow: UnitOfWork, *, suggestion: Suggestion, profiles: Iterable[BuddyProfile]) -> Pairing:
    """Pair two members who both accepted, open their room, and schedule prompts and the end of the trial.

    The caller has locked the suggestion and both profiles.
    """
    for profile in profiles:
        profile.active_count += 1
    pair = (suggestion.a_id, suggestion.b_id)
    room = open_room(uow, kind="pairing", name="You two", members=pair)
    row = Pairing(
        id=new_id(),
        suggestion_id=suggestion.id,
        a_id=suggestion.a_id,
        b_id=suggestion.b_id,
        room_id=room.id,
        state="active",
        started_at=uow.now,
        trial_until=uow.now + TRIAL,
    )
    uow.session.add(row)
    uow.session.flush()
    uow.record(BuddyMatched(pairing_id=row.id))
    uow.schedule(uow.now + TRIAL, TrialDue(pairing_id=row.id), key=f"pairing:{row.id}:trial")
    prompts.schedule_prompt(uow, row, at=uow.now + FIRST_PROMPT)
    prompts.schedule_silence_check(uow, row, at=uow.now + QUIET)
    return row


def pause(uow: UnitOfWork, *, pairing_id: UUID) -> Pairing:
    """Pause a pairing. The two stay buddies and the room stays open. Idempotent. Raises NotFound, PairingOver."""
    row, _ = pairings.pairing_to_change(uow, pairing_id)
    if row.state == "ended":
        raise PairingOver
    if row.state == "active":
        row.state = "paused"
        row.paused_by = uow.actor.id
    return row


def resume(uow: UnitOfWork, *, pairing_id: UUID) -> Pairing:
    """End a pause, whichever of the two asked for it. Idempotent. Raises NotFound, PairingOver."""
    row, _ = pairings.pairing_to_change(uow, pairing_id)
    if row.state == "ended":
        raise PairingOver
    row.state = "active"
    row.paused_by = None
    return row


def end(uow: UnitOfWork, *, pairing_id: UUID, reason: str) -> Pairing:
    """End a pairing. After `safety` the two are separated for good and a coordinator reviews it.

    Raises NotFound, PairingOver.
    """
    row, profiles = pairings.pairing_to_change(uow, pairing_id)
    if row.state == "ended":
        raise PairingOver
    end_locked(uow, row, profiles.values(), reason=reason, ended_by=uow.actor.id)
    if reason == "safety":
        accounts.ensure_no_contact(uow, one=row.a_id, other=row.b_id, source="member")
        remove_members(uow, room_id=row.room_id, members=(row.a_id, row.b_id))
        uow.record(PairingSafetyFlagged(pairing_id=row.id))
    return row


def end_between(uow: UnitOfWork, one: UUID, other: UUID) -> None:
    """End the pairing of two members who are blocked now, and remove both from its room."""
    for found in pairings.pairings_of(uow, one, other=other):
        row, profiles = pairings.locked_pairing(uow, found)
        if row.state != "ended":
            end_locked(uow, row, profiles.values(), reason="left", ended_by=None)
        remove_members(uow, room_id=row.room_id, members=(row.a_id, row.b_id))


def end_all(uow: UnitOfWork, member_id: UUID) -> None:
    """End every pairing of a member who left."""
    for found in pairings.pairings_of(uow, member_id):
        row, profiles = pairings.locked_pairing(uow, found)
        if row.state != "ended":
            end_locked(uow, row, profiles.values(), reason="left", ended_by=member_id)


def share_phone(uow: UnitOfWork, *, pairing_id: UUID, number: str) -> Pairing:
    """Share the actor's number, which the buddy sees as soon as they share theirs. Raises NotFound, PairingOver."""
    row, _ = pairings.pairing_to_change(uow, pairing_id)
    if row.state == "ended":
        raise PairingOver
    me, other = uow.actor.id, row.other(uow.actor.id)
    was_shared = bool(row.phone_of(me))
    uow.cipher.encrypt_column(row, row.phone_column(me), number)
    if row.phone_of(other) and not was_shared:
        quotas.take(uow, quotas.SHARED_PHONES)
        uow.record(PhonesShared(pairing_id=row.id))
    return row


def take_back_phone(uow: UnitOfWork, *, pairing_id: UUID) -> Pairing:
    """Stop sharing the actor's number; then neither sees the other's. Idempotent. Raises NotFound."""
    row, _ = pairings.pairing_to_change(uow, pairing_id)
    setattr(row, row.phone_column(uow.actor.id).key, "")
    return row


def review(uow: UnitOfWork, *, pairing_id: UUID) -> Pairing:
    """Mark a pairing that did not feel safe as reviewed by a coordinator. Idempotent. Raises Forbidden, NotFound."""
    row = pairings.pairing_to_review(uow, pairing_id)
    if row.looked_into_at is None:
        row.looked_into_at = uow.now
        row.looked_into_by = uow.permitted(Permission.RUN_MATCHING).id
        uow.record(PairingSafetyReviewed(pairing_id=row.id, by=uow.permitted(Permission.RUN_MATCHING).id))
    return row


def end_locked(
    uow: UnitOfWork,
    row: Pairing,
    profiles: Iterable[BuddyProfile],
    *,
    reason: str,
    ended_by: UUID | None,
    asked: bool = False,
) -> None:
    """End a pairing whose row and profiles are locked: free the places, let mentors rest, delete the numbers."""
    row.state = "ended"
    row.paused_by = None
    row.ended_at = uow.now
    row.ended_by = ended_by
    row.end_reason = reason
    row.review_requested_at = row.review_reason = row.answers_until = row.trial_until = None
    row.a_review = row.b_review = row.a_phone = row.b_phone = ""
    for profile in profiles:
        profile.active_count -= 1
        profile.max_active = max(profile.capacity, profile.active_count)
        profile.waiting_since = uow.now
        if profile.role == "mentor":
            profile.cooldown_until = uow.now + MENTOR_REST
    managed_rooms.close(uow, room_id=row.room_id)
    uow.session.flush()
    uow.record(PairingEnded(pairing_id=row.id, ended_by=ended_by, asked=asked))
