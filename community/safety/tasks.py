"""What reports give coordinators to do."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from community.core.subscribers import Settled, Task, tasks
from community.safety.events import MessageReported, ReportHandled
from community.safety.models import Report


@tasks.on(MessageReported)
def look_at_report(session: Session, event: MessageReported) -> Task | None:
    """Read a report and decide; not for the coordinator whose words it is about."""
    author_id = session.scalar(select(Report.author_id).where(Report.id == event.report_id))
    if author_id is None:
        return None
    url = f"/console/reports/{event.report_id}"
    return Task(title="A report is waiting", url=url, subject=event.report_id, hidden_from=[author_id])


@tasks.on(ReportHandled)
def report_is_handled(session: Session, event: ReportHandled) -> Settled:
    """Somebody decided."""
    return Settled(kind=MessageReported.name, subject=event.report_id, by=event.handled_by)
