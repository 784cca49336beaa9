"""Buddy profiles: save, pause, and approve mentors."""

from copy import copy
from datetime import date, datetime
from typing import Any
from uuid import UUID

from community.buddies.access import profiles
from community.buddies.actions import suggestions
from community.buddies.events import MentorApplied, MentorApproved, MentorRejected
from community.buddies.models.profiles import BuddyProfile
from community.buddies.queries import answers
from community.buddies.rules import MAX_APPROVED, capacity_of
from community.core.crypto.cipher import FieldCipher
from community.core.errors import Conflict, ValidationFailed
from community.core.permissions import Permission
from community.core.unit_of_work import UnitOfWork
from community.members import access as members_access
from community.members.actions import quotas


class ProfileNeeded(Conflict):
    """The actor has no buddy profile yet."""

    code = "profile_needed"
    message = "First tell us who you’re looking for."


def save_profile(uow: UnitOfWork, *, changes: dict[str, Any]) -> BuddyProfile:
    """Save the actor's profile. Fields that are not in `changes` stay unchanged. The first time, `role` is required.

    A changed role ends the open suggestions, and so does a capacity that is reached. Raises Invalid.
    """
    members_access.own_member(uow)  # two tabs at once make one profile
    profile = profiles.own_profile_to_change(uow)
    if profile is None and "role" not in changes:
        raise ValidationFailed(errors={"role": ["First tell us who you’re looking for."]})
    if profile is None:
        profile = BuddyProfile(
            member_id=uow.actor.id, role=changes["role"], capacity=1, active_count=0, waiting_since=uow.now
        )
        uow.session.add(profile)
    role_before = profile.role
    asked_before = profile.role == "mentor" and profile.changed_at is not None
    _keep_answers(profile, {name: value for name, value in changes.items() if name in answers.EMPTY}, uow.cipher)
    for name, value in changes.items():
        if name == "about" and value:
            uow.cipher.encrypt_column(profile, BuddyProfile.about, value)
        elif name not in answers.EMPTY:
            setattr(profile, name, value)
    profile.capacity = capacity_of(profile.role, profile.capacity)
    profile.max_active = max(profile.capacity, profile.active_count or 0)
    profile.changed_at = uow.now
    uow.session.flush()
    if profile.role == "mentor" and profile.approved_at is None and not asked_before:
        quotas.take(uow, quotas.MENTOR_REQUESTS)
        uow.record(MentorApplied(member_id=uow.actor.id))
    if role_before == "mentor" != profile.role:
        uow.record(MentorRejected(member_id=uow.actor.id))
    if profile.role != role_before or not profile.free_places:
        suggestions.withdraw_all(uow, uow.actor.id)
    return profile


def encrypt_answers(uow: UnitOfWork, *, limit: int) -> bool:
    """Encrypt the answers of profiles from before encryption. Idempotent. Return whether there may be more."""
    rows = profiles.profiles_to_encrypt(uow, limit=limit)
    for profile in rows:
        _keep_answers(profile, {}, uow.cipher)
    return len(rows) == limit


def _keep_answers(profile: BuddyProfile, changes: dict[str, Any], cipher: FieldCipher) -> None:
    """Encrypt a profile's answers with these changes, and empty the clear-text columns."""
    said = answers.opened(profile, cipher) | changes
    for name, empty in answers.EMPTY.items():
        setattr(profile, name, copy(empty))
    cipher.encrypt_column(profile, BuddyProfile.answers, answers.as_text(said))


def pause(uow: UnitOfWork, *, until: datetime | None = None) -> BuddyProfile:
    """Pause suggestions until a moment or until resumed. Buddies stay. Raises ProfileNeeded, Invalid."""
    profile = profiles.own_profile_to_change(uow)
    if profile is None:
        raise ProfileNeeded
    if until is not None and until <= uow.now:
        raise ValidationFailed(errors={"until": ["Choose a time in the future."]})
    profile.is_paused = True
    profile.paused_until = until
    return profile


def resume(uow: UnitOfWork) -> BuddyProfile:
    """End the pause of suggestions. Raises ProfileNeeded."""
    profile = profiles.own_profile_to_change(uow)
    if profile is None:
        raise ProfileNeeded
    profile.is_paused = False
    profile.paused_until = None
    return profile


def approve_mentor(
    uow: UnitOfWork, *, member_id: UUID, places: int = MAX_APPROVED, trained_on: date | None = None
) -> BuddyProfile:
    """Allow a member to be matched as a mentor, for at most `places` people at a time.

    Repeated, it changes the limit and the day of their training. Raises Forbidden, NotFound.
    """
    profile = profiles.mentor_to_decide(uow, member_id)
    profile.approved_places, profile.trained_on = places, trained_on
    if profile.approved_at is None:
        profile.approved_at = uow.now
        profile.approved_by = uow.permitted(Permission.RUN_MATCHING).id
        uow.record(MentorApproved(member_id=member_id))
    return profile


def take_back_approval(uow: UnitOfWork, *, member_id: UUID) -> BuddyProfile:
    """Withdraw a mentor's approval. Pairings stay. Idempotent. Raises Forbidden, NotFound."""
    profile = profiles.mentor_to_decide(uow, member_id)
    profile.approved_at = None
    profile.approved_by = None
    profile.approved_places = None
    uow.record(MentorRejected(member_id=member_id))
    suggestions.withdraw_all(uow, member_id)
    return profile
