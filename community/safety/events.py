"""What happens with reports, the cases they make, and appeals against measures."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from community.core.events import Event


@dataclass(frozen=True, kw_only=True)
class MessageReported(Event, name="message.reported"):
    """Somebody asked coordinators to look at something. Who it was stands in the report alone."""

    report_id: UUID


@dataclass(frozen=True, kw_only=True)
class ReportResolved(Event, name="report.resolved"):
    """A coordinator has decided on a case: `report_id` is the first report in it. Recorded once a case."""

    report_id: UUID
    handled_by: UUID


@dataclass(frozen=True, kw_only=True)
class CaseOverdue(Event, name="case.overdue"):
    """The time within which somebody has to have decided is over, unless the case was decided or paused since."""

    case_id: UUID
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class EvidenceOpened(Event, name="evidence.opened"):
    """A coordinator opened what was said around a reported message of a private room."""

    opening_id: UUID


@dataclass(frozen=True, kw_only=True)
class SanctionAppealed(Event, name="sanction.appealed"):
    """Somebody disagrees with a measure against them."""

    appeal_id: UUID


@dataclass(frozen=True, kw_only=True)
class AppealDecided(Event, name="appeal.decided"):
    """A coordinator has decided on an appeal."""

    appeal_id: UUID
    decided_by: UUID
