"""Loading profiles."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from community.buddies.models.profiles import BuddyProfile
from community.core.errors import NotFound
from community.core.permissions import Permission
from community.core.unit_of_work import ReadContext, UnitOfWork


def own_profile(ctx: ReadContext) -> BuddyProfile | None:
    """Return the actor's profile, if they have one."""
    return ctx.session.get(BuddyProfile, ctx.actor.id, populate_existing=True)


def own_profile_to_change(uow: UnitOfWork) -> BuddyProfile | None:
    """Return the actor's profile, locked, if they have one."""
    return locked_profiles(uow, [uow.actor.id]).get(uow.actor.id)


def locked_profiles(
    uow: UnitOfWork, member_ids: Collection[UUID], *, if_free: bool = False
) -> dict[UUID, BuddyProfile]:
    """Return the profiles of these members, locked in the order of their ids. `if_free` skips those that others have
    locked.
    """
    query = select(BuddyProfile).where(BuddyProfile.member_id.in_(member_ids)).order_by(BuddyProfile.member_id)
    rows = uow.session.scalars(
        query.with_for_update(skip_locked=if_free).execution_options(populate_existing=True)
    ).all()
    return {row.member_id: row for row in rows}


def profiles_to_encrypt(uow: UnitOfWork, *, limit: int) -> list[BuddyProfile]:
    """Return profiles whose answers are not encrypted yet, locked, without those that others have locked."""
    query = select(BuddyProfile).where(BuddyProfile.answers.is_(None)).order_by(BuddyProfile.member_id).limit(limit)
    return list(uow.session.scalars(query.with_for_update(skip_locked=True)))


def mentor_to_decide(uow: UnitOfWork, member_id: UUID) -> BuddyProfile:
    """Return a mentor's profile, locked, for a coordinator. Raises Forbidden, NotFound for other roles."""
    _ = uow.permitted(Permission.RUN_MATCHING)
    profile = locked_profiles(uow, [member_id]).get(member_id)
    if profile is None or profile.role != "mentor":
        raise NotFound
    return profile
