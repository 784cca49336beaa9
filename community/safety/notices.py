"""Who hears of a report: coordinators, but not who wrote what is reported."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from community.core.subscribers import Notice, notices
from community.core.unit_of_work import utc_now
from community.members import queries as members_queries
from community.safety.events import MessageReported
from community.safety.models import Report


@notices.on(MessageReported)
def tell_coordinators(session: Session, event: MessageReported) -> Notice | None:
    """A report waits for them."""
    author_id = session.scalar(select(Report.author_id).where(Report.id == event.report_id))
    if author_id is None:
        return None
    to = [one for one in members_queries.coordinators(session, now=utc_now()) if one != author_id]
    return Notice(to=to, title="A report is waiting", url=f"/console/reports/{event.report_id}")
