"""Access to planned support, with permission and lock."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from community.core.errors import NotFound
from community.core.unit_of_work import ReadContext, UnitOfWork
from community.planned_support.models import PlannedSupport


def own_planned_support(ctx: ReadContext, hard_hour_id: UUID, *, lock: bool = False) -> PlannedSupport:
    """Return one of the actor's planned times. Raises NotFound."""
    row = ctx.session.get(PlannedSupport, hard_hour_id, with_for_update=lock or None)
    if row is None or row.member_id != ctx.actor.id:
        raise NotFound
    return row


def own_planned_supports(ctx: ReadContext) -> list[PlannedSupport]:
    """Return the actor's planned times in the order of their creation."""
    query = (
        select(PlannedSupport)
        .where(PlannedSupport.member_id == ctx.actor.id)
        .order_by(PlannedSupport.created_at, PlannedSupport.id)
    )
    return list(ctx.session.scalars(query))


def find_planned_support(ctx: ReadContext, hard_hour_id: UUID, *, lock: bool = False) -> PlannedSupport | None:
    """Return a planned time for an event. Asks no permission."""
    return ctx.session.get(PlannedSupport, hard_hour_id, with_for_update=lock or None)


def overdue_planned_supports(uow: UnitOfWork, *, before: datetime, limit: int) -> list[PlannedSupport]:
    """Lock and return planned times that were due before a moment, except those that others have locked."""
    query = select(PlannedSupport).where(PlannedSupport.next_at < before).order_by(PlannedSupport.next_at).limit(limit)
    return list(uow.session.scalars(query.with_for_update(skip_locked=True)))
