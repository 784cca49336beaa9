"""Loading suggestions."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import or_, select

from community.buddies.access.pair_visibility import for_participants
from community.buddies.access.profiles import locked_profiles
from community.buddies.models.profiles import BuddyProfile
from community.buddies.models.suggestions import Suggestion
from community.buddies.rules import in_order
from community.core.errors import NotFound
from community.core.unit_of_work import ReadContext, UnitOfWork
from community.members.queries.blocks import blocked_ids


def suggestion_to_see(ctx: ReadContext, suggestion_id: UUID) -> Suggestion:
    """Return one of the actor's suggestions. Raises NotFound, also when the two are blocked by now."""
    return for_participants(ctx, Suggestion, suggestion_id)


def suggestion_to_answer(uow: UnitOfWork, suggestion_id: UUID) -> tuple[Suggestion, BuddyProfile, BuddyProfile]:
    """Return one of the actor's suggestions, the actor's profile and the other's, all locked. Raises NotFound."""
    seen = suggestion_to_see(uow, suggestion_id)
    other = seen.other(uow.actor.id)
    profiles = locked_profiles(uow, [uow.actor.id, other])
    row = locked_suggestions(uow, [seen.id])[0]
    if len(profiles) < 2 or other in blocked_ids(uow.session, uow.actor.id):
        raise NotFound
    return row, profiles[uow.actor.id], profiles[other]


def locked_suggestions(uow: UnitOfWork, ids: Collection[UUID]) -> list[Suggestion]:
    """Return these suggestions, locked in the order of their ids. The caller has locked their profiles."""
    query = select(Suggestion).where(Suggestion.id.in_(ids)).order_by(Suggestion.id)
    return list(uow.session.scalars(query.with_for_update().execution_options(populate_existing=True)))


def unsettled_of(uow: UnitOfWork, member_id: UUID) -> list[Suggestion]:
    """Return a member's suggestions that are not over for both, locked. The caller has locked the member's profile."""
    query = select(Suggestion.id).where(
        Suggestion.settled_at.is_(None), or_(Suggestion.a_id == member_id, Suggestion.b_id == member_id)
    )
    return locked_suggestions(uow, uow.session.scalars(query).all())


def unsettled_between(uow: UnitOfWork, one: UUID, other: UUID) -> list[Suggestion]:
    """Return the unsettled suggestions between these two, locked. The caller has locked their profiles."""
    first, second = in_order(one, other)
    query = select(Suggestion.id).where(
        Suggestion.settled_at.is_(None), Suggestion.a_id == first, Suggestion.b_id == second
    )
    return locked_suggestions(uow, uow.session.scalars(query).all())


def due_suggestions(ctx: ReadContext, *, limit: int) -> list[tuple[UUID, UUID, UUID]]:
    """Return (id, a_id, b_id) of suggestions that are over and not settled, the longest over first."""
    query = (
        select(Suggestion.id, Suggestion.a_id, Suggestion.b_id)
        .where(Suggestion.settled_at.is_(None), or_(Suggestion.expires_at <= ctx.now, Suggestion.state == "superseded"))
        .order_by(Suggestion.expires_at, Suggestion.id)
        .limit(limit)
    )
    return [(row.id, row.a_id, row.b_id) for row in ctx.session.execute(query)]
