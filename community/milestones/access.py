"""Access to milestones and lapses: the actor's own, and milestones that a buddy shares."""

from uuid import UUID

from sqlalchemy import select

from community.core.errors import NotFound
from community.core.unit_of_work import ReadContext
from community.milestones.models import Lapse, Milestone

MAX_LAPSES = 2_000


def own_milestone(ctx: ReadContext, milestone_id: UUID, *, lock: bool = False) -> Milestone:
    """Return one of the actor's milestones. Raises NotFound."""
    row = ctx.session.get(Milestone, milestone_id, with_for_update=lock or None)
    if row is None or row.member_id != ctx.actor.id:
        raise NotFound
    return row


def own_milestones(ctx: ReadContext) -> list[Milestone]:
    """Return the actor's milestones that are not archived, oldest first."""
    query = select(Milestone).where(Milestone.member_id == ctx.actor.id, Milestone.archived_at.is_(None))
    return list(ctx.session.scalars(query.order_by(Milestone.created_at, Milestone.id)))


def milestones_shared_with_buddy(ctx: ReadContext, member_id: UUID) -> list[Milestone]:
    """Return the milestones that a member shares with their buddy. Callers check first that the actor is that buddy."""
    query = select(Milestone).where(
        Milestone.member_id == member_id, Milestone.shared_with == "buddy", Milestone.archived_at.is_(None)
    )
    return list(ctx.session.scalars(query.order_by(Milestone.created_at, Milestone.id)))


def own_lapse(ctx: ReadContext, lapse_id: UUID, *, lock: bool = False) -> Lapse:
    """Return one of the actor's lapses. Raises NotFound."""
    row = ctx.session.get(Lapse, lapse_id, with_for_update=lock or None)
    if row is None or row.member_id != ctx.actor.id:
        raise NotFound
    return row


def own_lapses(ctx: ReadContext) -> list[Lapse]:
    """Return the actor's lapses, the last recorded first."""
    query = select(Lapse).where(Lapse.member_id == ctx.actor.id).order_by(Lapse.made_at.desc(), Lapse.id.desc())
    return list(ctx.session.scalars(query.limit(MAX_LAPSES)))
