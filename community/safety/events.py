"""What happens with reports."""

from dataclasses import dataclass
from uuid import UUID

from community.core.events import Event


@dataclass(frozen=True, kw_only=True)
class MessageReported(Event, name="message.reported"):
    """Somebody asked coordinators to look at a message. Who it was stands in the report alone."""

    report_id: UUID


@dataclass(frozen=True, kw_only=True)
class ReportHandled(Event, name="report.handled"):
    """A coordinator has decided on a report."""

    report_id: UUID
    handled_by: UUID
