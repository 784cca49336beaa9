"""Events of reports, cases and appeals."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from community.core.events import Event


@dataclass(frozen=True, kw_only=True)
class MessageReported(Event, name="message.reported"):
    """A member reported something. Only the report itself names the reporter."""

    report_id: UUID


@dataclass(frozen=True, kw_only=True)
class ReportResolved(Event, name="report.resolved"):
    """A coordinator decided a case. `report_id` is the first report in it. Recorded once per case."""

    report_id: UUID
    handled_by: UUID


@dataclass(frozen=True, kw_only=True)
class CaseOverdue(Event, name="case.overdue"):
    """The deadline of a case has passed, unless the case was decided or paused since."""

    case_id: UUID
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class FirstResponseOverdue(Event, name="case.first_response_overdue"):
    """The time for the first response at a case has passed, unless it was taken, decided or paused since."""

    case_id: UUID
    first_response_by: datetime


@dataclass(frozen=True, kw_only=True)
class CaseAssigned(Event, name="case.assigned"):
    """A case has another assignee, or none. The case itself names who it is now."""

    case_id: UUID


@dataclass(frozen=True, kw_only=True)
class ColleagueAsked(Event, name="case.colleague_asked"):
    """A coordinator asks those on shift to help with a case."""

    case_id: UUID
    asked_by: UUID


@dataclass(frozen=True, kw_only=True)
class EvidenceOpened(Event, name="evidence.opened"):
    """A coordinator opened the messages around a reported one in a private room."""

    opening_id: UUID


@dataclass(frozen=True, kw_only=True)
class SanctionAppealed(Event, name="sanction.appealed"):
    """A member appealed a sanction against them."""

    appeal_id: UUID


@dataclass(frozen=True, kw_only=True)
class AppealDecided(Event, name="appeal.decided"):
    """A coordinator decided an appeal."""

    appeal_id: UUID
    decided_by: UUID
