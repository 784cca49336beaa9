"""Loading of admins, locked, for changes of roles."""

from uuid import UUID

from sqlalchemy import select

from community.core.errors import Forbidden
from community.core.permissions import Permission, Role
from community.core.unit_of_work import UnitOfWork
from community.members.models import Member
from community.members.queries.active_members import is_active


def locked_admins(uow: UnitOfWork) -> set[UUID]:
    """Return the admins who may use the service, for an actor who changes roles. Locks them in the order of their ids.

    Of two admins who change each other, the second waits here and then is no admin. Raises Forbidden.
    """
    actor = uow.permitted(Permission.MANAGE_STAFF)
    query = select(Member.id).where(Member.role == Role.ADMIN, is_active(uow.now)).order_by(Member.id)
    admins = set(uow.session.scalars(query.with_for_update(of=Member)))
    if actor.id not in admins:
        raise Forbidden
    return admins
