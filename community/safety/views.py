"""What coordinators, reporters and members see of cases, measures and appeals."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class Person:
    """Somebody a case is about, or who reported."""

    id: UUID
    handle: str


@dataclass(frozen=True)
class ReportedMessage:
    """A message as it stood when it was reported; without a handle and words when it was removed by then."""

    handle: str
    body: str
    created_at: datetime
    reported: bool


@dataclass(frozen=True)
class MessageText:
    """Words that a reported message had, and from when on."""

    body: str
    since: datetime


@dataclass(frozen=True)
class ReportView:
    """One person's report in a case, with what they saw; `messages` is empty while that is not open.

    `earlier` is what the message had said before it was reported.
    """

    id: UUID
    reporter: Person
    category: str
    reason: str
    created_at: datetime
    messages: tuple[ReportedMessage, ...]
    earlier: tuple[MessageText, ...] = ()


@dataclass(frozen=True)
class CaseSummary:
    """A case in the queue: nothing in it that people wrote."""

    id: UUID
    kind: str
    state: str
    category: str
    subject_id: UUID
    is_private: bool
    author: Person
    assignee: Person | None
    report_count: int
    earlier_cases: int
    created_at: datetime
    due_at: datetime
    paused_at: datetime | None
    is_overdue: bool


@dataclass(frozen=True)
class SanctionView:
    """A measure against a member, with its reason in words."""

    id: UUID
    kind: str
    code: str
    reason: str
    room_id: UUID | None
    starts_at: datetime
    ends_at: datetime | None
    lifted_at: datetime | None
    holds: bool


@dataclass(frozen=True)
class CaseView:
    """A whole case. `room` is empty for a private one; `messages` are the first reporter's, while they are open.

    `earlier` is what the message said before the first report, `later` what it was changed to since.
    """

    summary: CaseSummary
    room: str
    message_id: UUID
    note: str
    reports: tuple[ReportView, ...]
    messages: tuple[ReportedMessage, ...]
    earlier: tuple[MessageText, ...]
    later: tuple[MessageText, ...]
    open_until: datetime | None
    can_open: bool
    sanctions: tuple[SanctionView, ...]
    appeal_id: UUID | None
    handled_by: str | None
    handled_at: datetime | None

    @property
    def id(self) -> UUID:
        """The case's id."""
        return self.summary.id

    @property
    def state(self) -> str:
        """How far it has come."""
        return self.summary.state

    @property
    def author(self) -> Person:
        """Whom it is about."""
        return self.summary.author

    @property
    def reporter(self) -> Person:
        """Who reported it first."""
        return self.reports[0].reporter

    @property
    def reason(self) -> str:
        """Why, in the first reporter's words."""
        return self.reports[0].reason

    @property
    def created_at(self) -> datetime:
        """When it was reported first."""
        return self.summary.created_at


@dataclass(frozen=True)
class AppealView:
    """An appeal with the measure it is against; `imposed_by` decides only when nobody else can."""

    id: UUID
    state: str
    words: str
    answer: str
    made_at: datetime
    decided_at: datetime | None
    member: Person
    imposed_by: Person
    case_id: UUID | None
    sanction: SanctionView


@dataclass(frozen=True)
class OwnReport:
    """What somebody reported, and what came of it as far as it is theirs to know."""

    id: UUID
    category: str
    reason: str
    outcome: str
    created_at: datetime


@dataclass(frozen=True)
class EvidenceAccessView:
    """That a coordinator opened what was said in a room, and until when."""

    opened_at: datetime
    closes_at: datetime
    message_count: int
