"""What is done about words that should not have been said: report, remove, suspend, dismiss."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from community.core.crypto import Sealer
from community.core.errors import Conflict
from community.core.ids import new_id
from community.core.limits import Rate
from community.core.schemas import rfc3339
from community.core.unit_of_work import UnitOfWork
from community.members import access as members_access
from community.members import actions as members_actions
from community.rooms import access as rooms_access
from community.rooms import actions as rooms_actions
from community.rooms import log as rooms_log
from community.rooms.rules import STAFF_SEES
from community.safety import access
from community.safety.events import MessageReported, ReportHandled
from community.safety.models import Report
from community.safety.rules import MESSAGES_AFTER, MESSAGES_BEFORE, about

_reports = Rate(30, 3600)


class OwnMessage(Conflict):
    """This is your own message. You can take it back."""

    code = "own_message"


class ReportClosed(Conflict):
    """Somebody has decided on this report already."""

    code = "report_closed"


def report(uow: UnitOfWork, *, message_id: UUID, reason: str, sealer: Sealer) -> Report:
    """Ask coordinators to look at a message; once per message. Raises NotFound, OwnMessage, TooMany."""
    message = rooms_access.message_to_see(uow, message_id)
    if message.author_id == uow.actor.id:
        raise OwnMessage
    members_access.oneself(uow)  # two taps at once are one report
    made = access.own_report(uow, message_id)
    if made is not None:
        return made
    _reports.take(uow.actor.id)
    fresh = Report(
        id=new_id(),
        reporter_id=uow.actor.id,
        message_id=message.id,
        room_id=message.room_id,
        author_id=message.author_id,
        created_at=uow.now,
        state="open",
    )
    fresh.reason = sealer.seal(reason, about=about(fresh.id, "reason"))
    snapshot = json.dumps(_snapshot(uow, message.room_id, message.seq))
    fresh.snapshot = sealer.seal(snapshot, about=about(fresh.id, "snapshot"))
    uow.session.add(fresh)
    uow.record(MessageReported(report_id=fresh.id))
    return fresh


def remove_message(uow: UnitOfWork, *, report_id: UUID, sealer: Sealer, note: str = "") -> Report:
    """Remove the reported message. Raises Forbidden, NotFound, ReportClosed when it was dismissed."""
    report = _report_to_act_on(uow, report_id)
    rooms_actions.remove_reported(uow, message_id=report.message_id)
    return _decided(uow, report, state="actioned", note=note, sealer=sealer)


def suspend_author(
    uow: UnitOfWork, *, report_id: UUID, reason: str, sealer: Sealer, until: datetime | None = None
) -> Report:
    """Suspend who wrote the reported message. Raises Forbidden, NotFound, ReportClosed, Invalid."""
    report = _report_to_act_on(uow, report_id)
    members_actions.suspend(uow, member_id=report.author_id, reason=reason, until=until)
    return _decided(uow, report, state="actioned", note=reason, sealer=sealer)


def dismiss(uow: UnitOfWork, *, report_id: UUID, sealer: Sealer, note: str = "") -> Report:
    """Leave it at that. Raises Forbidden, NotFound, ReportClosed when something was done already."""
    report = access.report_to_handle(uow, report_id)
    if report.state != "open":
        raise ReportClosed
    return _decided(uow, report, state="dismissed", note=note, sealer=sealer)


def _report_to_act_on(uow: UnitOfWork, report_id: UUID) -> Report:
    report = access.report_to_handle(uow, report_id)
    if report.state == "dismissed":
        raise ReportClosed
    return report


def _decided(uow: UnitOfWork, report: Report, *, state: str, note: str, sealer: Sealer) -> Report:
    report.state = state
    report.handled_by = uow.staff.id
    report.handled_at = uow.now
    if note:
        report.note = sealer.seal(note, about=about(report.id, "note"))
    uow.record(ReportHandled(report_id=report.id, handled_by=uow.staff.id))
    return report


def _snapshot(uow: UnitOfWork, room_id: UUID, seq: int) -> dict[str, Any]:
    """The message and those around it as the reporter sees them. A private room stays unnamed."""
    room = rooms_access.room_to_see(uow, room_id)
    shown, _, _ = rooms_log.history(
        uow,
        room_id=room_id,
        after_seq=max(seq - MESSAGES_BEFORE - 1, 0),
        before_seq=seq + MESSAGES_AFTER + 1,
        limit=MESSAGES_BEFORE + 1 + MESSAGES_AFTER,
    )
    return {
        "room": room.name if room.kind in STAFF_SEES else "",
        "messages": [
            {
                "handle": view.author.handle if view.author else "",
                "body": view.body or "",
                "created_at": rfc3339(view.created_at),
                "reported": view.seq == seq,
            }
            for view in shown
        ],
    }
