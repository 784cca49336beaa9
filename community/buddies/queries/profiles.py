"""What the actor looks for, as they said it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from community.buddies import access
from community.buddies.rules import about
from community.core.crypto import Sealer
from community.core.errors import NotFound
from community.core.unit_of_work import Reading


@dataclass(frozen=True)
class ProfileView:
    """What the actor looks for. `is_complete`: enough is said to be matched."""

    role: str
    capacity: int
    pathways: list[str]
    languages: list[str]
    interests: list[str]
    availability: list[dict[str, Any]]
    gender: str
    buddy_gender: str
    prefers: dict[str, list[str]]
    excludes: dict[str, list[str]]
    about: str
    is_approved: bool
    is_complete: bool
    is_paused: bool
    paused_until: datetime | None
    active_count: int


def my_profile(look: Reading, *, sealer: Sealer) -> ProfileView:
    """What the actor looks for. Raises NotFound when they have not said."""
    row = access.own_profile(look)
    if row is None:
        raise NotFound
    return ProfileView(
        row.role,
        row.capacity,
        row.pathways,
        row.languages,
        row.interests,
        row.availability,
        row.gender,
        row.buddy_gender,
        row.prefers,
        row.excludes,
        unsealed(row.member_id, row.about, sealer),
        row.is_approved,
        bool(row.languages and row.availability),
        row.is_paused_at(look.now),
        row.paused_until if row.is_paused_at(look.now) else None,
        row.active_count,
    )


def unsealed(member_id: UUID, sealed: str, sealer: Sealer) -> str:
    """A member's words about themself; empty when they wrote none."""
    return sealer.unseal(sealed, about=about(member_id)) if sealed else ""
