"""Load planned support rows with permission and lock."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from community.core.errors import NotFound
from community.core.unit_of_work import ReadContext, UnitOfWork
from community.planned_support.models import HardHour


def own_hard_hour(ctx: ReadContext, hard_hour_id: UUID, *, lock: bool = False) -> HardHour:
    """One of the actor's. Raises NotFound."""
    row = ctx.session.get(HardHour, hard_hour_id, with_for_update=lock or None)
    if row is None or row.member_id != ctx.actor.id:
        raise NotFound
    return row


def own_hard_hours(ctx: ReadContext) -> list[HardHour]:
    """The actor's, in the order in which they were planned."""
    query = select(HardHour).where(HardHour.member_id == ctx.actor.id).order_by(HardHour.created_at, HardHour.id)
    return list(ctx.session.scalars(query))


def hard_hour(uow: UnitOfWork, hard_hour_id: UUID) -> HardHour | None:
    """One of anybody's, locked, for what the clock brings."""
    return uow.session.get(HardHour, hard_hour_id, with_for_update=True)


def overdue_hard_hours(uow: UnitOfWork, *, before: datetime, most: int) -> list[HardHour]:
    """Return planned times that were due before a moment, and lock those that no one else locked."""
    query = select(HardHour).where(HardHour.next_at < before).order_by(HardHour.next_at).limit(most)
    return list(uow.session.scalars(query.with_for_update(skip_locked=True)))
