"""Views of cases, sanctions and appeals for coordinators, reporters and members."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from community.members.queries.on_call import Staffing


@dataclass(frozen=True)
class Person:
    """The member whom a case is about, or a reporter."""

    id: UUID
    handle: str


@dataclass(frozen=True)
class ReportedMessage:
    """A message as it was when it was reported, without handle and text when it was removed by then."""

    handle: str
    body: str
    created_at: datetime
    reported: bool


@dataclass(frozen=True)
class MessageText:
    """A text that a reported message had, and since when."""

    body: str
    since: datetime


@dataclass(frozen=True)
class ReportView:
    """One person's report in a case. `messages` is empty while the evidence is not open.

    `earlier` is the message's text before it was reported.
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
    """A case in the queue, without anything that people wrote."""

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
    """A sanction with its reason."""

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
    """A whole case. `room` is empty for a private one; `messages` are the first reporter's, while the evidence is open.

    `earlier` is the message's text before the first report, `later` its texts since. `on_call` are the other
    coordinators on shift now, whom it is not about; `asked_at` is when they were last asked for help.
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
    on_call: tuple[Person, ...] = ()
    asked_at: datetime | None = None

    @property
    def id(self) -> UUID:
        return self.summary.id

    @property
    def state(self) -> str:
        return self.summary.state

    @property
    def author(self) -> Person:
        """The member whom it is about."""
        return self.summary.author

    @property
    def reporter(self) -> Person:
        """The member who reported it first."""
        return self.reports[0].reporter

    @property
    def reason(self) -> str:
        """The first reporter's reason."""
        return self.reports[0].reason

    @property
    def created_at(self) -> datetime:
        """The moment of the first report."""
        return self.summary.created_at


@dataclass(frozen=True)
class AppealView:
    """An appeal with its sanction. `imposed_by` decides only when no one else can: then `has_no_other_decider`.

    `can_decide` says whether the coordinator who reads it may decide it.
    """

    id: UUID
    state: str
    statement: str
    answer: str
    made_at: datetime
    decided_at: datetime | None
    member: Person
    imposed_by: Person
    case_id: UUID | None
    sanction: SanctionView
    can_decide: bool = False
    has_no_other_decider: bool = False


@dataclass(frozen=True)
class OwnReport:
    """A member's report, and its result as far as they may know it."""

    id: UUID
    category: str
    reason: str
    outcome: str
    created_at: datetime


@dataclass(frozen=True)
class SentReport:
    """A member's own report, and what happens to it.

    `goes_to_shift`: those on shift get it first, and all coordinators at `all_hear_at` unless one has taken it.
    `staffing` says whether no one is on shift now.
    """

    id: UUID
    category: str
    outcome: str
    due_at: datetime
    goes_to_shift: bool
    all_hear_at: datetime | None
    staffing: Staffing


@dataclass(frozen=True)
class EvidenceAccessView:
    """A coordinator's access to messages of a room, and its end."""

    opened_at: datetime
    closes_at: datetime
    message_count: int
