"""Loading the cases that a coordinator is assigned to, for an admin who gives them to another."""

from uuid import UUID

from sqlalchemy import func, select

from community.core.permissions import Permission
from community.core.unit_of_work import ReadContext, UnitOfWork
from community.safety.models import Case
from community.safety.rules import WAITING


def locked_cases_of(uow: UnitOfWork, assignee_id: UUID) -> list[Case]:
    """Return the open cases of a coordinator, locked. Raises Forbidden."""
    _ = uow.permitted(Permission.MANAGE_STAFF)
    query = select(Case).where(Case.assignee_id == assignee_id, Case.state.in_(WAITING))
    return list(uow.session.scalars(query.order_by(Case.id).with_for_update()))


def count_cases_of(ctx: ReadContext, assignee_id: UUID) -> int:
    """Return how many open cases a coordinator is assigned to. Raises Forbidden.

    Those about the actor are counted, too: the number names nobody.
    """
    _ = ctx.permitted(Permission.MANAGE_STAFF)
    query = select(func.count()).select_from(Case).where(Case.assignee_id == assignee_id, Case.state.in_(WAITING))
    return ctx.session.scalars(query).one()
