"""Actions of requesters and responders: request help, claim, decline, close, and set one's availability.

`escalation` has what happens between them.
"""

from datetime import datetime, timedelta
from uuid import UUID

from community.core.errors import Conflict, ValidationFailed
from community.core.unit_of_work import UnitOfWork
from community.members.actions import quotas
from community.reach_outs import rules
from community.reach_outs.access import reach_outs, responders
from community.reach_outs.actions.escalation import (
    advance,
    close_request,
    complete_if_answered,
    create_request,
    notify_additional,
    notify_requester,
    release_responder,
    reopen,
    step_key,
)
from community.reach_outs.events import ReachOutClaimed, ReachOutOpened, ReachOutRoomDue, ResponseCheckDue
from community.reach_outs.models import Availability, ReachOut
from community.rooms.actions import managed_rooms
from community.rooms.actions.create import open_room


class AlreadyClaimed(Conflict):
    """A responder claims a reach-out that another one has."""

    code = "already_claimed"
    message = "Someone else is already there. Thank you."


class ReachOutOver(Conflict):
    """A reach-out is closed and was never claimed, or the requester wants another responder after its end."""

    code = "reach_out_closed"
    message = "This has ended. Thank you."


def request_help(uow: UnitOfWork, *, note: str = "", delay_seconds: int = 0) -> tuple[ReachOut, bool]:
    """Open a reach-out, or return the actor's open one. A new note replaces the old one.

    It is stored at once and goes on by itself; within the delay its requester can still take it back before anyone is
    told. Return whether it is new. Raises RateLimited.
    """
    row = reach_outs.own_open_request(uow)
    is_new = row is None
    if row is None:
        quotas.take(uow, quotas.REACH_OUTS)
        row = create_request(uow, requester_id=uow.actor.id, delay=timedelta(seconds=delay_seconds))
        uow.record(ReachOutOpened(reach_out_id=row.id))
    if note:
        uow.cipher.encrypt_column(row, ReachOut.note, note)
    advance(uow, row)
    return row, is_new


def advance_as_member(uow: UnitOfWork, *, reach_out_id: UUID) -> ReachOut:
    """Take the due steps as the requester or a member who was asked. Raises NotFound."""
    row = reach_outs.lock_request(uow, reach_out_id)
    if uow.actor.id != row.requester_id:
        reach_outs.own_responder_request(uow, row)
    advance(uow, row)
    return row


def mark_seen(uow: UnitOfWork, *, reach_out_id: UUID) -> None:
    """Show the requester that the actor reads the reach-out now. Raises NotFound."""
    row = reach_outs.lock_request(uow, reach_out_id)
    ask = reach_outs.own_responder_request(uow, row)
    if row.is_waiting and row.claimed_by != uow.actor.id and ask.declined_at is None:
        ask.viewed_at = uow.now
        advance(uow, row)
        notify_requester(uow, row)


def decline(uow: UnitOfWork, *, reach_out_id: UUID) -> None:
    """Record that the actor cannot respond. When all who were asked decline, the next step begins at once.

    A responder who has not written yet gives up their claim. Raises NotFound.
    """
    row = reach_outs.lock_request(uow, reach_out_id)
    reach_outs.own_responder_request(uow, row).declined_at = uow.now
    complete_if_answered(uow, row)
    if not row.is_waiting:
        return
    if row.claimed_by == uow.actor.id:
        reopen(uow, row)
        return
    uow.session.flush()
    notified = [one for one in reach_outs.responder_requests(uow, row) if one.round > rules.NOT_NOTIFIED]
    if notified and all(one.declined_at for one in notified):
        reach_outs.save_steps(uow, row, rules.skip_wait(reach_outs.load_steps(uow, row), uow.now))
    advance(uow, row)


def claim(uow: UnitOfWork, *, reach_out_id: UUID) -> ReachOut:
    """Claim a reach-out; the first responder gets a room with the requester. Idempotent.

    The steps go on until the responder writes their first message. A claim holds for `rules.CLAIM_HOLDS`; a responder
    who has written nothing by then is replaced by the next who was asked and claims. After `rules.MAX_SILENCE` the
    claim ends by itself. Raises NotFound for members who were not asked or may not help now, AlreadyClaimed,
    ReachOutOver.
    """
    row = reach_outs.lock_request(uow, reach_out_id)
    advance(uow, row)
    ask = reach_outs.own_responder_request(uow, row)
    if row.claimed_by == uow.actor.id and row.state != "open":
        return row
    if row.state == "claimed":
        if not rules.can_take_over(claimed_at=row.claim_began_at, is_answered=not row.is_waiting, now=uow.now):
            raise AlreadyClaimed
        release_responder(uow, row)
    if row.state == "closed":
        raise AlreadyClaimed if row.claimed_by else ReachOutOver
    quotas.take(uow, quotas.CLAIMS)
    ask.declined_at = None
    row.state, row.claimed_by, row.claim_began_at = "claimed", uow.actor.id, uow.now
    if row.requester_id is None:
        _answer_drill(uow, row, ask.kind)
        return row
    room = open_room(uow, kind="pairing", name="Right now", members=(row.requester_id, uow.actor.id))
    managed_rooms.show_presence_to_each_other(uow, room_id=room.id)
    row.room_id = room.id
    uow.session.flush()
    uow.record(ReachOutClaimed(reach_out_id=row.id, member_id=uow.actor.id))
    silence = ResponseCheckDue(reach_out_id=row.id, member_id=uow.actor.id)
    uow.schedule(uow.now + rules.MAX_SILENCE, silence, key=f"reach_out:{row.id}:silence:{uow.now.isoformat()}")
    notify_requester(uow, row)
    return row


def close(uow: UnitOfWork, *, reach_out_id: UUID, ending: str = "okay") -> ReachOut:
    """Close a reach-out: the requester at any time, the responder once they have written. Idempotent. Raises NotFound.

    A responder who has written nothing only gives up their claim, and others are asked. A mistake is one only until the
    first responder is asked.
    """
    row = reach_outs.request_of_pair(uow, reach_out_id)
    complete_if_answered(uow, row)
    if ending == "mistake" and rules.has_begun(reach_outs.load_steps(uow, row)):
        ending = "okay"
    if row.is_waiting and row.requester_id != uow.actor.id:
        reopen(uow, row)
    elif row.state != "closed":
        close_request(uow, row, ending=ending, by=uow.actor.id)
    return row


def replace_responder(uow: UnitOfWork, *, reach_out_id: UUID) -> ReachOut:
    """Ask others because the responder is not there after all. Raises NotFound, ReachOutOver."""
    row = reach_outs.own_request(uow, reach_out_id)
    if row.state == "closed":
        raise ReachOutOver
    if row.state == "claimed":
        quotas.take(uow, quotas.REACH_OUTS_AGAIN)
        reopen(uow, row)
    return row


def escalate_if_silent(uow: UnitOfWork, event: ResponseCheckDue) -> None:
    """Reopen a claimed reach-out when its responder has written nothing in time."""
    row = reach_outs.find_request(uow, event.reach_out_id, lock=True)
    if row is None or row.state != "claimed" or row.claimed_by != event.member_id or row.room_id is None:
        return
    complete_if_answered(uow, row)
    is_over = row.claim_began_at is None or row.claim_began_at + rules.MAX_SILENCE <= uow.now
    if row.is_waiting and is_over:  # not when they claimed it again since
        reopen(uow, row)


def close_room(uow: UnitOfWork, event: ReachOutRoomDue) -> None:
    """Close the room 24 hours after the reach-out ends. Its messages stay readable to the two."""
    row = reach_outs.find_request(uow, event.reach_out_id, lock=True)
    if row is not None and row.state == "closed" and row.room_id is not None:
        managed_rooms.close(uow, room_id=row.room_id)


def set_availability(
    uow: UnitOfWork, *, until: datetime | None, overrides_quiet_hours: bool | None = None
) -> Availability:
    """Set until when the actor is available, and ask them at once to respond to those who wait.

    Raises ValidationFailed for a moment in the past or more than a day ahead.
    """
    if until is not None and not uow.now < until <= uow.now + rules.MAX_AVAILABILITY:
        raise ValidationFailed(errors={"until": ["Choose a time within the next 24 hours."]})
    row = reach_outs.own_availability(uow)
    row.available_until, row.changed_at = until, uow.now
    row.overrides_quiet_hours = row.overrides_quiet_hours if overrides_quiet_hours is None else overrides_quiet_hours
    uow.session.flush()
    if until is not None:
        for waiting in reach_outs.requests_open_to_peers(uow):
            if uow.actor.id in responders.candidates_for_step(uow, waiting, "available_peers"):
                notify_additional(uow, waiting, uow.actor.id)
    return row


def _answer_drill(uow: UnitOfWork, row: ReachOut, kind: str) -> None:
    """End a drill. The claim is the answer, because a drill has no messages."""
    row.answered_at = row.claimed_at = uow.now
    uow.cancel_scheduled(step_key(row, reach_outs.load_steps(uow, row)))
    reach_outs.save_steps(uow, row, rules.end_steps(reach_outs.load_steps(uow, row), answered=kind))
    close_request(uow, row, ending="drill", by=uow.actor.id)
