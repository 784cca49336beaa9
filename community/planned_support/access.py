"""Load planned support rows with permission and lock."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from community.core.errors import NotFound
from community.core.unit_of_work import ReadContext, UnitOfWork
from community.planned_support.models import PlannedSupport


def own_planned_support(ctx: ReadContext, hard_hour_id: UUID, *, lock: bool = False) -> PlannedSupport:
    """One of the actor's. Raises NotFound."""
    row = ctx.session.get(PlannedSupport, hard_hour_id, with_for_update=lock or None)
    if row is None or row.member_id != ctx.actor.id:
        raise NotFound
    return row


def own_planned_supports(ctx: ReadContext) -> list[PlannedSupport]:
    """The actor's, in the order in which they were planned."""
    query = (
        select(PlannedSupport)
        .where(PlannedSupport.member_id == ctx.actor.id)
        .order_by(PlannedSupport.created_at, PlannedSupport.id)
    )
    return list(ctx.session.scalars(query))


def find_planned_support(ctx: ReadContext, hard_hour_id: UUID, *, lock: bool = False) -> PlannedSupport | None:
    """One of anybody's, locked, for what the clock brings."""
    return ctx.session.get(PlannedSupport, hard_hour_id, with_for_update=lock or None)


def overdue_planned_supports(uow: UnitOfWork, *, before: datetime, limit: int) -> list[PlannedSupport]:
    """Return planned times that were due before a moment, and lock those that no one else locked."""
    query = select(PlannedSupport).where(PlannedSupport.next_at < before).order_by(PlannedSupport.next_at).limit(limit)
    return list(uow.session.scalars(query.with_for_update(skip_locked=True)))
