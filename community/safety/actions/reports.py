"""Reports: one per person, and one case for all who report the subject while it is open."""

import json
from typing import Any
from uuid import UUID

from community.core.crisis_keywords import asks_for_help
from community.core.errors import Conflict
from community.core.ids import new_id
from community.core.schemas import rfc3339
from community.core.unit_of_work import UnitOfWork
from community.members.actions import quotas
from community.rooms import access as rooms_access
from community.rooms.models import Message
from community.rooms.queries import history as rooms_log
from community.rooms.queries import messages
from community.rooms.rules.messages import STAFF_VISIBLE_KINDS
from community.safety import rules
from community.safety.access import cases, subjects
from community.safety.events import CaseOverdue, FirstResponseOverdue, MessageReported
from community.safety.models import Case, Report

PRIVATE = ("private", "pairing", "conversation")


class OwnMessage(Conflict):
    """Members cannot report their own messages."""

    code = "own_message"
    message = "This is your own message. You can delete it."


class OwnSubject(Conflict):
    """Members cannot report themselves or their own meetups."""

    code = "own_subject"
    message = "You can't report yourself. If you need someone, use “Help now”."


def report(uow: UnitOfWork, *, message_id: UUID, reason: str = "", category: str = "other") -> Report:
    """Report a message to coordinators, once per message. Raises NotFound, OwnMessage, TooMany."""
    return report_subject(uow, kind="message", subject_id=message_id, reason=reason, category=category)


def report_subject(
    uow: UnitOfWork, *, kind: str, subject_id: UUID, reason: str = "", category: str = "other"
) -> Report:
    """Report something, or say that one is worried about its author. Once per subject, unless it became more urgent.

    People, meetups and suggestions can be reported again after the first case was decided. Raises NotFound, OwnMessage,
    OwnSubject, TooMany.
    """
    subject = subjects.subject_to_report(uow, kind=kind, subject_id=subject_id)
    if subject.member_id == uow.actor.id:
        raise OwnMessage if kind == "message" else OwnSubject
    cases.lock_members(uow, (uow.actor.id, subject.member_id))  # two taps, or two people, at once
    made = cases.own_report(uow, subject_id, waiting_only=kind != "message")
    if made is not None and not rules.is_more_urgent(category, than=made.category):
        return made
    _take_rate(uow, category, reason)
    case = _case(uow, subject, category=category)
    if made is not None and made.case_id == case.id:
        return _raise_urgency(uow, made, category, reason)
    return _add(uow, case, category, reason, _snapshot(uow, subject))


def _take_rate(uow: UnitOfWork, category: str, reason: str) -> None:
    """Use one report of the actor's quota. Danger has a quota of its own. Raises TooMany."""
    is_danger = category in ("danger", "worry") or asks_for_help(reason)
    quotas.take(uow, quotas.DANGER_REPORTS if is_danger else quotas.REPORTS)


def _case(uow: UnitOfWork, subject: subjects.Subject, *, category: str) -> Case:
    """Return the open case about this, or a new one. A worse category makes it more urgent."""
    due_at = rules.due(category, now=uow.now)
    case = cases.waiting_case(uow, subject.id)
    if case is not None and case.due_at <= due_at and not rules.is_more_urgent(category, than=case.category):
        return case
    if case is None:
        case = _new_case(uow, subject)
    if case.paused_at is not None:
        end_pause(uow, case)  # what is more urgent does not wait
    case.category, case.due_at = category, min(case.due_at or due_at, due_at)
    case.first_response_by = rules.first_response_after_report(case.first_response_by, category, now=uow.now)
    uow.session.flush()
    check_deadlines(uow, case)
    return case


def _new_case(uow: UnitOfWork, subject: subjects.Subject) -> Case:
    room = None
    if subject.kind == "message":
        room = rooms_access.room_to_see(uow, rooms_access.message_to_see(uow, subject.id).room_id)
    case = Case(
        id=new_id(),
        kind=subject.kind,
        subject_id=subject.id,
        room_id=room.id if room else None,
        is_private=room is not None and room.kind in PRIVATE,
        member_id=subject.member_id,
        state="open",
        opened_at=uow.now,
    )
    uow.session.add(case)
    return case


def end_pause(uow: UnitOfWork, case: Case) -> None:
    """Continue the deadlines of a paused case with exactly the time that was left."""
    if case.paused_at is None:
        return
    case.due_at = rules.due_after_pause(case.due_at, paused_at=case.paused_at, now=uow.now)
    if case.first_response_by is not None:
        case.first_response_by = rules.due_after_pause(case.first_response_by, paused_at=case.paused_at, now=uow.now)
    case.paused_at = None


def check_deadlines(uow: UnitOfWork, case: Case) -> None:
    """Schedule the checks of a case for its first response and its deadline."""
    if case.first_response_by is not None:
        first = FirstResponseOverdue(case_id=case.id, first_response_by=case.first_response_by)
        uow.schedule(
            case.first_response_by, first, key=f"case.first_response:{case.id}:{case.first_response_by.isoformat()}"
        )
    overdue = CaseOverdue(case_id=case.id, due_at=case.due_at)
    uow.schedule(case.due_at, overdue, key=f"case.overdue:{case.id}:{case.due_at.isoformat()}")


def _add(uow: UnitOfWork, case: Case, category: str, reason: str, snapshot: dict[str, Any]) -> Report:
    is_first = not cases.reports_of(uow, case)
    fresh = Report(
        # A case is known by the id of any report in it; the first one's is its own.
        id=case.id if is_first else new_id(),
        case_id=case.id,
        reporter_id=uow.actor.id,
        subject_id=case.subject_id,
        category=category,
        created_at=uow.now,
    )
    uow.cipher.encrypt_column(fresh, Report.reason, reason)
    uow.cipher.encrypt_column(fresh, Report.snapshot, json.dumps(snapshot))
    uow.session.add(fresh)
    uow.record(MessageReported(report_id=fresh.id))
    return fresh


def _raise_urgency(uow: UnitOfWork, made: Report, category: str, reason: str) -> Report:
    """Make the actor's report more urgent, with what they add to it, and tell coordinators again."""
    before = uow.cipher.show_column(made, Report.reason)
    made.category = category
    uow.cipher.encrypt_column(made, Report.reason, "\n".join(part for part in (before, reason) if part))
    uow.record(MessageReported(report_id=made.id))
    return made


def _snapshot(uow: UnitOfWork, subject: subjects.Subject) -> dict[str, Any]:
    """Return what the reporter sees of a subject now, which no later change can hide."""
    if subject.kind == "message":
        return _message_snapshot(uow, rooms_access.message_to_see(uow, subject.id))
    said = {
        "handle": subjects.handle_of(uow, subject),
        "body": subject.text,
        "created_at": rfc3339(subject.created_at),
        "reported": True,
    }
    return {"room": "", "messages": [said] if subject.text else [], "earlier": []}


def _message_snapshot(uow: UnitOfWork, message: Message) -> dict[str, Any]:
    """Return the message, those around it as the reporter sees them, and its earlier text. A private room is unnamed.

    The earlier text is encrypted with the rest: an author who edits and then removes a message cannot hide it.
    """
    room_id, seq = message.room_id, message.seq
    room = rooms_access.room_to_see(uow, room_id)
    earlier = messages.message_versions(uow, message.id)[:-1]
    shown, _, _ = rooms_log.history(
        uow,
        room_id=room_id,
        after_seq=max(seq - rules.MESSAGES_BEFORE - 1, 0),
        before_seq=seq + rules.MESSAGES_AFTER + 1,
        limit=rules.MESSAGES_BEFORE + 1 + rules.MESSAGES_AFTER,
    )
    return {
        "room": room.name if room.kind in STAFF_VISIBLE_KINDS else "",
        "messages": [
            {
                "handle": view.author.handle if view.author else "",
                "body": view.body or "",
                "created_at": rfc3339(view.created_at),
                "reported": view.seq == seq,
            }
            for view in shown
        ],
        "earlier": [{"body": one.body, "since": rfc3339(one.since)} for one in earlier],
    }
