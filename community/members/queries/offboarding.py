"""Queries for a staff member who leaves: their open invitations, and the colleagues who may take their work over."""

from uuid import UUID

from sqlalchemy import Select, func, select

from community.core.errors import Conflict, NotFound
from community.core.permissions import Permission, roles_with
from community.core.unit_of_work import ReadContext, Role, UnitOfWork
from community.members.models import Invitation, Member
from community.members.queries.active_members import is_active


def staff_member_to_off_board(ctx: ReadContext, member_id: UUID, *, lock: bool = False) -> Member:
    """Load a staff member who leaves, for an admin. Raises Forbidden, NotFound, and Conflict for the actor's own."""
    admin = ctx.permitted(Permission.MANAGE_STAFF)
    member = ctx.session.get(Member, member_id, with_for_update=lock or None, populate_existing=lock)
    if member is None or not Role(member.role).has_any_permission or Role(member.role).is_above(admin.role):
        raise NotFound
    if member.id == admin.id:
        raise Conflict("Another admin has to do this for you.")
    return member


def possible_successors(ctx: ReadContext, member_id: UUID) -> dict[UUID, str]:
    """Return the active colleagues who may take over from a staff member, by id, the actor first."""
    admin = ctx.permitted(Permission.MANAGE_STAFF)
    is_colleague = (Member.id != member_id, Member.role.in_(roles_with(Permission.WORK_TASKS)), is_active(ctx.now))
    rows = ctx.session.execute(
        select(Member.id, Member.handle).where(*is_colleague).order_by(Member.id != admin.id, Member.handle)
    )
    return {row.id: row.handle for row in rows}


def role_of(ctx: ReadContext, member_id: UUID) -> Role:
    """Return a member's role. Asks no permission."""
    return Role(ctx.session.get_one(Member, member_id).role)


def count_open_invitations(ctx: ReadContext, member_id: UUID) -> int:
    """Return how many invitations of a staff member nobody has accepted yet."""
    _ = ctx.permitted(Permission.MANAGE_STAFF)
    return ctx.session.scalars(select(func.count()).select_from(_open(member_id).subquery())).one()


def locked_open_invitations(uow: UnitOfWork, member_id: UUID) -> list[Invitation]:
    """Load the invitations of a staff member that nobody has accepted yet, locked."""
    _ = uow.permitted(Permission.MANAGE_STAFF)
    return list(uow.session.scalars(_open(member_id).order_by(Invitation.id).with_for_update()))


def _open(member_id: UUID) -> Select[Invitation]:
    is_open = (Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None))
    return select(Invitation).where(Invitation.invited_by == member_id, *is_open)
