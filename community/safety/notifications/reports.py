"""Notifications of reports: coordinators of a report and its deadlines, reporters of the result, a room of evidence.

They never say who reported, why, or what was written: neutral titles, and a path to the page that has the rest.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from community.core.events import Priority
from community.core.outbox.notification_kinds import (
    ANSWER_TODAY,
    WITHIN_THE_HOUR,
    Kind,
    StaffKind,
    declare_kind,
)
from community.core.outbox.subscriptions import NotificationSpec, notify
from community.core.unit_of_work import ReadContext
from community.rooms.models import RoomMembership
from community.safety.access import cases
from community.safety.access.deciders import coordinators_but, coordinators_on_shift_or_all
from community.safety.events import (
    CaseOverdue,
    ColleagueAsked,
    EvidenceOpened,
    FirstResponseOverdue,
    MessageReported,
    ReportResolved,
)
from community.safety.models import Case, EvidenceAccess, Report
from community.safety.rules import URGENT, WAITING
from community.shifts.events import ShiftStarted
from community.shifts.queries import on_shift_member

_URGENT: dict[str, Any] = {
    "preview": "Someone needs you now",
    "subject": WITHIN_THE_HOUR,
    "priority": Priority.CRISIS,
    "icon": "lamp",
    "mails": True,
    "pushes": True,
    "can_wait": False,
}
declare_kind("report.worry", StaffKind(label="Someone is worried about a member", position=505, **_URGENT))
declare_kind("report.danger", StaffKind(label="Someone may be in danger", position=506, **_URGENT))
_URGENT_TITLES = {"worry": "Someone is worried about a member", "danger": "Someone may be in danger"}


def _spec(case: Case, to: Sequence[UUID], title: str, *, category: str = "", url: str = "") -> NotificationSpec:
    """Return a notification of a case. When a life may be at risk it is of an urgent kind, with that kind's title."""
    category, url = category or case.category, url or f"/console/reports/{case.id}"
    if category in URGENT:
        return NotificationSpec(to=to, title=_URGENT_TITLES[category], url=url, kind=f"report.{category}")
    return NotificationSpec(to=to, title=title, url=url)


@notify.on(
    MessageReported,
    kind=StaffKind(
        label="A report is made",
        preview="A task needs you",
        icon="flag",
        mails=True,
        pushes=True,
        position=500,
        subject=ANSWER_TODAY,
    ),
)
def message_reported(ctx: ReadContext, event: MessageReported) -> NotificationSpec | None:
    """Notify the coordinators on shift of a report, and the one who has the case; all of them when no one is on
    shift.
    """
    query = select(Case, Report.category).join(Report, Report.case_id == Case.id)
    row = ctx.session.execute(query.where(Report.id == event.report_id)).one_or_none()
    if row is None:
        return None
    case, category = row
    to = coordinators_on_shift_or_all(ctx, but=(case.member_id,))
    if case.assignee_id is not None and case.assignee_id not in to:
        to.append(case.assignee_id)
    url = f"/console/reports/{event.report_id}"
    return _spec(case, to, "A report needs an answer", category=category, url=url)


@notify.on(
    ShiftStarted,
    kind=StaffKind(
        label="Reports wait when my shift starts",
        staff_label="Reports wait when a shift starts",
        preview="A task needs you",
        icon="flag",
        mails=True,
        pushes=True,
        position=501,
        subject=ANSWER_TODAY,
    ),
)
def shift_started(ctx: ReadContext, event: ShiftStarted) -> NotificationSpec | None:
    """Notify the coordinator whose shift starts of the reports that no one has taken, once for all of them."""
    member_id = on_shift_member(ctx, event.shift_id)
    waiting = cases.untaken_cases(ctx, but=member_id) if member_id is not None else []
    if member_id is None or not waiting:
        return None
    if len(waiting) == 1:
        return _spec(waiting[0], [member_id], "A report is waiting")
    first = min(waiting, key=lambda case: (case.category not in URGENT, case.due_at))
    return _spec(first, [member_id], "Reports are waiting", url="/console/reports")


@notify.on(
    FirstResponseOverdue,
    kind=StaffKind(
        label="No one has taken a report in time",
        icon="flag",
        mails=True,
        pushes=True,
        position=471,
        preview="A task needs you",
        subject=ANSWER_TODAY,
    ),
)
def first_response_overdue(ctx: ReadContext, event: FirstResponseOverdue) -> NotificationSpec | None:
    """Notify all coordinators of a case that no one on shift has taken in time."""
    case = ctx.session.get(Case, event.case_id)
    if case is None or case.state not in WAITING or case.paused_at is not None or case.assignee_id is not None:
        return None
    if case.first_response_by != event.first_response_by:
        return None
    return _spec(case, coordinators_but(ctx, case.member_id), "No one has taken a report yet")


@notify.on(
    CaseOverdue,
    kind=StaffKind(
        label="A report has waited too long",
        icon="flag",
        mails=True,
        position=470,
        preview="A task needs you",
        subject=ANSWER_TODAY,
    ),
)
def case_overdue(ctx: ReadContext, event: CaseOverdue) -> NotificationSpec | None:
    """Notify all coordinators but the assigned one that a case is overdue."""
    case = ctx.session.get(Case, event.case_id)
    if case is None or case.state not in WAITING or case.paused_at is not None or case.due_at != event.due_at:
        return None
    return _spec(case, coordinators_but(ctx, case.member_id, case.assignee_id), "A report has waited too long")


@notify.on(
    ColleagueAsked,
    kind=StaffKind(
        label="A coordinator asks for help with a report",
        icon="buddy",
        position=507,
        **{key: value for key, value in _URGENT.items() if key != "icon"},
    ),
)
def colleague_asked(ctx: ReadContext, event: ColleagueAsked) -> NotificationSpec | None:
    """Notify those on shift that a coordinator wants help with a case, or all others when no one else is on shift."""
    case = ctx.session.get(Case, event.case_id)
    if case is None or case.state not in WAITING:
        return None
    to = coordinators_on_shift_or_all(ctx, but=(case.member_id, event.asked_by))
    return NotificationSpec(to=to, title="A coordinator asks for your help", url=f"/console/reports/{case.id}")


@notify.on(
    ReportResolved,
    kind=Kind(
        label="A coordinator answers my report",
        staff_label="A coordinator answers a report",
        why="You reported something.",
        icon="flag",
        position=480,
        preview="Your report was answered",
    ),
)
def report_handled(ctx: ReadContext, event: ReportResolved) -> NotificationSpec:
    """Notify each reporter that a coordinator has reviewed it."""
    to = ctx.session.scalars(select(Report.reporter_id).where(Report.case_id == event.report_id)).all()
    return NotificationSpec(to=to, title="A coordinator answered your report", url="/reports")


@notify.on(
    EvidenceOpened,
    kind=Kind(
        label="A coordinator opens messages in a room I’m in",
        staff_label="A coordinator opens messages in a room",
        why="You’re in that room.",
        icon="lock",
        mails=True,
        position=490,
        preview="Messages in one of your rooms were opened",
    ),
)
def evidence_opened(ctx: ReadContext, event: EvidenceOpened) -> NotificationSpec | None:
    """Notify everyone in the room that messages were opened. The reason stays with the coordinators."""
    opening = ctx.session.get(EvidenceAccess, event.opening_id)
    if opening is None:
        return None
    to = set(ctx.session.scalars(select(RoomMembership.member_id).where(RoomMembership.room_id == opening.room_id)))
    return NotificationSpec(
        to=sorted(to), title="A coordinator opened some messages", url=f"/rooms/{opening.room_id}/openings"
    )
