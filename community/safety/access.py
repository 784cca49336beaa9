"""Loading reports with permission: coordinators only, and never a report of their own words."""

from uuid import UUID

from sqlalchemy import select

from community.core.errors import NotFound
from community.core.unit_of_work import Reading, UnitOfWork
from community.safety.models import Report


def report_to_read(look: Reading, report_id: UUID) -> Report:
    """A report, for a coordinator who did not write what is reported. Raises Forbidden, NotFound."""
    report = look.session.scalar(select(Report).where(Report.id == report_id, Report.author_id != look.staff.id))
    if report is None:
        raise NotFound
    return report


def report_to_handle(uow: UnitOfWork, report_id: UUID) -> Report:
    """The same, locked."""
    query = select(Report).where(Report.id == report_id, Report.author_id != uow.staff.id)
    report = uow.session.scalar(query.with_for_update())
    if report is None:
        raise NotFound
    return report


def own_report(uow: UnitOfWork, message_id: UUID) -> Report | None:
    """The actor's report of a message, if they made one."""
    return uow.session.scalar(select(Report).where(Report.message_id == message_id, Report.reporter_id == uow.actor.id))
