"""Audiences of the notifications of buddies: members who can get them as things are."""

from community.buddies.access import profiles
from community.buddies.access.pairings import pairings_of
from community.core.kind_registries import audiences
from community.core.unit_of_work import ReadContext


@audiences.on("buddy_seekers")
def seeks_a_buddy(ctx: ReadContext) -> bool:
    """Return whether the actor has a buddy profile."""
    return profiles.own_profile(ctx) is not None


@audiences.on("buddies")
def has_a_buddy(ctx: ReadContext) -> bool:
    """Return whether the actor has a pairing that has not ended."""
    return bool(pairings_of(ctx, ctx.actor.id))


@audiences.on("stand_ins")
def offers_to_stand_in(ctx: ReadContext) -> bool:
    """Return whether the actor offers to stand in for a day."""
    profile = profiles.own_profile(ctx)
    return profile is not None and profile.stands_in


@audiences.on("mentors")
def offers_to_support_newcomers(ctx: ReadContext) -> bool:
    """Return whether the actor offers to support someone new."""
    profile = profiles.own_profile(ctx)
    return profile is not None and profile.role == "mentor"
