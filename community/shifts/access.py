"""Access to shifts, for coordinators."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from community.core.errors import NotFound
from community.core.permissions import Permission, roles_with
from community.core.unit_of_work import ReadContext, UnitOfWork
from community.members.models import Member, Shift
from community.members.queries.active_members import is_active


def coordinator_to_schedule(uow: UnitOfWork, member_id: UUID) -> UUID:
    """Return the id of an active coordinator or admin who may be given a shift. Raises Forbidden, NotFound."""
    _ = uow.permitted(Permission.TAKE_SHIFTS)
    query = select(Member.id).where(
        Member.id == member_id, Member.role.in_(roles_with(Permission.TAKE_SHIFTS)), is_active(uow.now)
    )
    found = uow.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def shift_to_change(uow: UnitOfWork, shift_id: UUID) -> Shift:
    """Lock and return a shift for a coordinator. Raises Forbidden, NotFound."""
    _ = uow.permitted(Permission.TAKE_SHIFTS)
    row = find_shift(uow, shift_id, lock=True)
    if row is None:
        raise NotFound
    return row


def own_shift(uow: UnitOfWork, shift_id: UUID) -> Shift:
    """Lock and return one of the actor's shifts. Raises Forbidden, NotFound."""
    row = shift_to_change(uow, shift_id)
    if row.member_id != uow.permitted(Permission.TAKE_SHIFTS).id:
        raise NotFound
    return row


def later_in_series(uow: UnitOfWork, row: Shift) -> list[Shift]:
    """Lock and return the later shifts of the same series."""
    query = select(Shift).where(Shift.series_id == row.series_id, Shift.starts_at > row.starts_at)
    return list(uow.session.scalars(query.order_by(Shift.id).with_for_update()))


def schedule_started_at(ctx: ReadContext) -> datetime | None:
    """Return when the first shift was planned."""
    return ctx.session.scalar(select(func.min(Shift.created_at)))


def find_shift(ctx: ReadContext, shift_id: UUID, *, lock: bool = False) -> Shift | None:
    """Return a shift for an event. Asks no permission."""
    return ctx.session.get(Shift, shift_id, with_for_update=lock or None, populate_existing=lock)


def coming_shifts_of(ctx: ReadContext, member_id: UUID, *, lock: bool = False) -> list[Shift]:
    """Return the shifts of a coordinator that are not over, by their start, for an admin. Raises Forbidden."""
    _ = ctx.permitted(Permission.MANAGE_STAFF)
    query = select(Shift).where(Shift.member_id == member_id, Shift.ends_at > ctx.now)
    query = query.order_by(Shift.id).with_for_update() if lock else query
    return sorted(ctx.session.scalars(query), key=lambda row: (row.starts_at, row.id))
