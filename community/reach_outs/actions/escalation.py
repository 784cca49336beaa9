"""Escalation of a reach-out: take its steps, ask responders, reopen and close it.

Each function runs under the lock of the reach-out. A step that is due is taken by the first to touch the reach-out: a
worker at its moment, or the next request of a member in it. Both do the same, and the second finds it done. A crash
leaves no part undone, because it is one transaction.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from community.core.ids import random_id
from community.core.unit_of_work import UnitOfWork
from community.reach_outs import rules
from community.reach_outs.access import reach_outs, responders
from community.reach_outs.events import (
    ReachOutAnswered,
    ReachOutClosed,
    ReachOutResumed,
    ReachOutRoomDue,
    ReachOutStepDue,
    ReachOutUnanswered,
    RespondersNotified,
)
from community.reach_outs.models import ReachOut, ResponderRequest
from community.rooms.actions import managed_rooms


def create_request(uow: UnitOfWork, *, requester_id: UUID | None, delay: timedelta = timedelta(0)) -> ReachOut:
    """Create a reach-out, or a drill when there is no requester. Its first step is due after the delay."""
    row = ReachOut(
        id=random_id(), requester_id=requester_id, is_drill=requester_id is None, state="open", opened_at=uow.now
    )
    uow.session.add(row)
    uow.session.flush()
    reach_outs.save_steps(uow, row, list(rules.initial_steps(uow.now + delay)))
    return row


def advance(uow: UnitOfWork, row: ReachOut) -> None:
    """Take the due steps of a locked reach-out and schedule the next one.

    Responders are asked, or the requester is told that no one is available.
    """
    complete_if_answered(uow, row)
    if not row.is_waiting:
        return
    before = reach_outs.load_steps(uow, row)
    known = responders.already_asked(reach_outs.responder_requests(uow, row))

    def find(kind: str) -> list[UUID]:
        notified, listed = responders.split_by_recently_notified(uow, row, kind, known)
        known.update(notified)
        _list_for_responders(uow, row, kind, listed)
        return notified

    after, fresh = rules.advance_steps(before, uow.now, find)
    for kind, people in fresh.items():
        _notify_responders(uow, row, kind, people)
    if after != before:
        reach_outs.save_steps(uow, row, after)
        notify_requester(uow, row)
    if "lines" in fresh:
        row.hotlines_shown_at = row.hotlines_shown_at or uow.now
        if row.is_drill:
            close_request(uow, row, ending="drill", by=None)
            return
        uow.record(ReachOutUnanswered(reach_out_id=row.id))
    due_at = rules.next_due(after)
    if due_at is not None:
        uow.schedule(due_at, ReachOutStepDue(reach_out_id=row.id), key=step_key(row, after))


def complete_if_answered(uow: UnitOfWork, row: ReachOut) -> None:
    """End the steps of a locked reach-out once its responder has written their first message. Idempotent.

    A claim alone ends nothing: while a responder does not write, or may not, others are still asked.
    """
    if row.state != "claimed" or row.answered_at is not None or row.claimed_by is None:
        return
    if not reach_outs.has_responder_written(uow, row):
        return
    steps = reach_outs.load_steps(uow, row)
    kind = next((ask.kind for ask in reach_outs.responder_requests(uow, row) if ask.member_id == row.claimed_by), None)
    uow.cancel_scheduled(step_key(row, steps))
    reach_outs.save_steps(uow, row, rules.end_steps(steps, answered=kind))
    row.answered_at, row.claimed_at = uow.now, row.claimed_at or uow.now
    uow.session.flush()
    uow.record(ReachOutAnswered(reach_out_id=row.id, member_id=row.claimed_by))
    notify_requester(uow, row)


def advance_overdue(uow: UnitOfWork) -> bool:
    """Advance reach-outs with an overdue step, whatever happened to its event. Return whether more may be overdue."""
    late = reach_outs.overdue_requests(uow, since=uow.now - rules.OVERDUE_AFTER, limit=rules.OVERDUE_BATCH)
    for row in late:
        advance(uow, row)
    return len(late) == rules.OVERDUE_BATCH


def reopen(uow: UnitOfWork, row: ReachOut) -> None:
    """Release the responder of a claimed, locked reach-out, close the room of the two, and ask others."""
    release_responder(uow, row)
    uow.cancel_scheduled(step_key(row, reach_outs.load_steps(uow, row)))
    reach_outs.save_steps(uow, row, rules.resume_steps(reach_outs.load_steps(uow, row), uow.now))
    uow.record(ReachOutResumed(reach_out_id=row.id))
    advance(uow, row)


def release_responder(uow: UnitOfWork, row: ReachOut) -> None:
    """Remove the responder from a claimed, locked reach-out and close the room of the two. It is open again."""
    for ask in reach_outs.responder_requests(uow, row):
        if ask.member_id == row.claimed_by:
            ask.declined_at = uow.now
    if row.room_id is not None:
        managed_rooms.close(uow, room_id=row.room_id)
    row.state, row.claimed_by, row.room_id = "open", None, None
    row.claim_began_at = row.answered_at = None
    uow.session.flush()


def notify_additional(uow: UnitOfWork, row: ReachOut, member_id: UUID) -> None:
    """Ask one more member, who became available after their step."""
    if member_id in {one.member_id for one in reach_outs.responder_requests(uow, row)}:
        return
    if member_id in responders.recently_notified(uow, row):
        _list_for_responders(uow, row, "available_peers", [member_id])
        return
    _notify_responders(uow, row, "available_peers", [member_id])
    notify_requester(uow, row)


def _notify_responders(uow: UnitOfWork, row: ReachOut, kind: str, people: Sequence[UUID]) -> None:
    """Ask members who have not been notified before. Their pages show it even where no worker runs."""
    if not people:
        return
    before = reach_outs.responder_requests(uow, row)
    number = max((one.round for one in before), default=rules.NOT_NOTIFIED) + 1
    asked_before = {one.member_id: one for one in before}
    for one in people:
        ask = asked_before.get(one) or ResponderRequest(reach_out_id=row.id, member_id=one)
        ask.kind, ask.round, ask.asked_at = kind, number, uow.now
        uow.session.add(ask)
    uow.session.flush()
    uow.record(RespondersNotified(reach_out_id=row.id, round=number))
    uow.notify_member(*people)


def _list_for_responders(uow: UnitOfWork, row: ReachOut, kind: str, people: Sequence[UUID]) -> None:
    """Show a reach-out on the pages of members who were notified recently for the same requester. They may claim it."""
    before = {one.member_id for one in reach_outs.responder_requests(uow, row)}
    fresh = [one for one in people if one not in before]
    about = {"reach_out_id": row.id, "kind": kind, "round": rules.NOT_NOTIFIED, "asked_at": uow.now}
    uow.session.add_all(ResponderRequest(member_id=one, **about) for one in fresh)
    uow.session.flush()
    uow.notify_member(*fresh)


def close_request(uow: UnitOfWork, row: ReachOut, *, ending: str, by: UUID | None) -> None:
    """Close a locked reach-out and cancel its next step. Its room stays open for a day."""
    steps = reach_outs.load_steps(uow, row)
    uow.cancel_scheduled(step_key(row, steps))
    reach_outs.save_steps(uow, row, rules.end_steps(steps) if row.is_waiting else steps)
    row.state, row.closed_at, row.outcome = "closed", uow.now, ending
    uow.record(ReachOutClosed(reach_out_id=row.id, by=by))
    if row.room_id is not None:
        due_at = uow.now + rules.ROOM_OPEN_FOR
        uow.schedule(due_at, ReachOutRoomDue(reach_out_id=row.id), key=f"reach_out:{row.id}:room")
    notify_requester(uow, row)


def notify_requester(uow: UnitOfWork, row: ReachOut) -> None:
    """Have the requester's pages refresh at once."""
    if row.requester_id is not None:
        uow.notify_member(row.requester_id)


def step_key(row: ReachOut, steps: Sequence[rules.Step]) -> str:
    """Return the outbox key of the next step: its place and due time, which lets a step be due again."""
    due_at = rules.next_due(steps)
    place = next((place for place, step in enumerate(steps) if step.state == "waiting"), len(steps))
    return f"reach_out:{row.id}:{place}:{due_at.isoformat() if due_at else ''}"
