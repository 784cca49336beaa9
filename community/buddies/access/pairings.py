"""Loading pairings."""

from uuid import UUID

from sqlalchemy import and_, or_, select

from community.buddies.access.pair_visibility import for_participants
from community.buddies.access.profiles import locked_profiles
from community.buddies.models.pairings import Pairing
from community.buddies.models.profiles import BuddyProfile
from community.buddies.rules import in_order
from community.core.errors import NotFound
from community.core.permissions import Permission
from community.core.unit_of_work import ReadContext, UnitOfWork


def pairing_to_see(ctx: ReadContext, pairing_id: UUID) -> Pairing:
    """Return one of the actor's pairings. Raises NotFound, also when the two are blocked by now."""
    return for_participants(ctx, Pairing, pairing_id)


def pairing_to_change(uow: UnitOfWork, pairing_id: UUID) -> tuple[Pairing, dict[UUID, BuddyProfile]]:
    """Return one of the actor's pairings and both profiles, locked. Raises NotFound."""
    return _locked(uow, pairing_to_see(uow, pairing_id))


def open_pairing(uow: UnitOfWork, pairing_id: UUID) -> Pairing | None:
    """Return a pairing that has not ended, locked, for scheduled work. Its profiles are not locked."""
    row = uow.session.get(Pairing, pairing_id, with_for_update=True, populate_existing=True)
    return None if row is None or row.state == "ended" else row


def pairing_to_review(uow: UnitOfWork, pairing_id: UUID) -> Pairing:
    """Return a pairing that ended because one of the two did not feel safe, for a coordinator. Raises Forbidden,
    NotFound.
    """
    _ = uow.permitted(Permission.RUN_MATCHING)
    row = uow.session.get(Pairing, pairing_id, with_for_update=True)
    if row is None or row.end_reason != "safety":
        raise NotFound
    return row


def pairings_of(ctx: ReadContext, member_id: UUID, *, other: UUID | None = None) -> list[Pairing]:
    """Return the pairings of a member, or of two, that have not ended. Locks nothing."""
    query = select(Pairing).where(Pairing.ended_at.is_(None))
    if other is None:
        query = query.where(or_(Pairing.a_id == member_id, Pairing.b_id == member_id))
    else:
        first, second = in_order(member_id, other)
        query = query.where(and_(Pairing.a_id == first, Pairing.b_id == second))
    return list(ctx.session.scalars(query.order_by(Pairing.id)))


def locked_pairing(uow: UnitOfWork, row: Pairing) -> tuple[Pairing, dict[UUID, BuddyProfile]]:
    """Return a pairing and both profiles, locked. Checks no permission: for what happens automatically."""
    return _locked(uow, row)


def locked_open_pairing(uow: UnitOfWork, pairing_id: UUID) -> tuple[Pairing, dict[UUID, BuddyProfile]] | None:
    """Return a pairing that has not ended and both profiles, locked, for scheduled work. None when it has ended."""
    found = uow.session.get(Pairing, pairing_id)
    if found is None:
        return None
    row, profiles = _locked(uow, found)
    return None if row.state == "ended" else (row, profiles)


def _locked(uow: UnitOfWork, row: Pairing) -> tuple[Pairing, dict[UUID, BuddyProfile]]:
    profiles = locked_profiles(uow, [row.a_id, row.b_id])
    uow.session.refresh(row, with_for_update=True)
    return row, profiles


def lock_member_and_buddies(uow: UnitOfWork, member_id: UUID) -> None:
    """Lock a member's profile and those of their buddies, in one statement."""
    rows = pairings_of(uow, member_id)
    locked_profiles(uow, {member_id, *(row.other(member_id) for row in rows)})
