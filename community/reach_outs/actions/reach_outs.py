"""What people do about a reach-out: ask, read, come or not, close. How it climbs meanwhile is in `climbing`."""

from uuid import UUID

from community.core.errors import Conflict
from community.core.unit_of_work import UnitOfWork
from community.members.actions import quotas
from community.members.queries.helping import may_help_now
from community.reach_outs import rules
from community.reach_outs.access import reach_outs
from community.reach_outs.actions.escalation import advance as go_on
from community.reach_outs.actions.escalation import (
    close_request,
    complete_if_answered,
    create_request,
    notify_requester,
    release_responder,
    reopen,
    step_key,
)
from community.reach_outs.events import ReachOutClaimed, ReachOutOpened, ResponseCheckDue
from community.reach_outs.models import ReachOut
from community.rooms.actions import managed_rooms
from community.rooms.actions.create import open_room


class AlreadyClaimed(Conflict):
    """Somebody is there already. Thank you for coming."""

    code = "already_claimed"
    message = "Somebody is there already. Thank you for coming."


class ReachOutOver(Conflict):
    """This is over. Thank you for looking."""

    code = "reach_out_closed"
    message = "This is over. Thank you for looking."


def request_help(uow: UnitOfWork, *, note: str = "") -> tuple[ReachOut, bool]:
    """Ask for a person now. Who asks twice has one; new words take the place of the old. Says whether it is new."""
    row = reach_outs.own_open_request(uow)
    is_new = row is None
    if row is None:
        quotas.take(uow, quotas.REACH_OUTS)
        row = create_request(uow, asker_id=uow.actor.id)
        uow.record(ReachOutOpened(reach_out_id=row.id))
    if note:
        uow.cipher.encrypt_column(row, ReachOut.note, note)
    go_on(uow, row)
    return row, is_new


def advance_as_member(uow: UnitOfWork, *, reach_out_id: UUID) -> ReachOut:
    """Go on with what is due, as somebody whom it concerns. Raises NotFound."""
    row = reach_outs.lock_request(uow, reach_out_id)
    if uow.actor.id != row.asker_id:
        reach_outs.own_responder_request(uow, row)
    go_on(uow, row)
    return row


def mark_seen(uow: UnitOfWork, *, reach_out_id: UUID) -> None:
    """Say that one reads it: who asked sees that somebody does. Raises NotFound."""
    row = reach_outs.lock_request(uow, reach_out_id)
    ask = reach_outs.own_responder_request(uow, row)
    if row.is_waiting and row.claimed_by != uow.actor.id and ask.passed_at is None:
        ask.reading_at = uow.now
        go_on(uow, row)
        notify_requester(uow, row)


def decline(uow: UnitOfWork, *, reach_out_id: UUID) -> None:
    """Say that one cannot now; when nobody who was asked can, the next step begins at once. Raises NotFound.

    A responder who has not written yet gives their claim back by it.
    """
    row = reach_outs.lock_request(uow, reach_out_id)
    reach_outs.own_responder_request(uow, row).passed_at = uow.now
    complete_if_answered(uow, row)
    if not row.is_waiting:
        return
    if row.claimed_by == uow.actor.id:
        reopen(uow, row)
        return
    uow.session.flush()
    rung = [one for one in reach_outs.responder_requests(uow, row) if one.round > rules.NOT_NOTIFIED]
    if rung and all(one.passed_at for one in rung):
        reach_outs.save_steps(uow, row, rules.skip_wait(reach_outs.load_steps(uow, row), uow.now))
    go_on(uow, row)


def claim(uow: UnitOfWork, *, reach_out_id: UUID) -> ReachOut:
    """Come: the first who does gets a room with the requester. Idempotent.

    The steps go on until the responder writes their first message. A claim holds for `ladder.CLAIM_HOLDS`; a responder
    who has written nothing by then is replaced by the next who was asked and claims. After `ladder.MAY_BE_SILENT` the
    claim ends by itself. Raises NotFound for members who were not asked or may not help now, AlreadyClaimed,
    ReachOutOver.
    """
    row = reach_outs.lock_request(uow, reach_out_id)
    go_on(uow, row)
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
    ask.passed_at = None
    row.state, row.claimed_by, row.claim_began_at = "claimed", uow.actor.id, uow.now
    if row.asker_id is None:
        _answer_drill(uow, row, ask.kind)
        return row
    room = open_room(uow, kind="pairing", name="Right now", members=(row.asker_id, uow.actor.id))
    row.room_id = room.id
    uow.session.flush()
    uow.record(ReachOutClaimed(reach_out_id=row.id, member_id=uow.actor.id))
    silence = ResponseCheckDue(reach_out_id=row.id, member_id=uow.actor.id)
    uow.schedule(uow.now + rules.MAX_SILENCE, silence, key=f"reach_out:{row.id}:silence:{uow.now.isoformat()}")
    notify_requester(uow, row)
    return row


def close(uow: UnitOfWork, *, reach_out_id: UUID, ending: str = "okay") -> ReachOut:
    """End it: the requester at any time, the responder once they have written. Idempotent. Raises NotFound.

    A responder who has written nothing only gives their claim back, and others are asked.
    """
    row = reach_outs.request_of_pair(uow, reach_out_id)
    complete_if_answered(uow, row)
    if row.is_waiting and row.asker_id != uow.actor.id:
        reopen(uow, row)
    elif row.state != "closed":
        close_request(uow, row, ending=ending, by=uow.actor.id)
    return row


def replace_responder(uow: UnitOfWork, *, reach_out_id: UUID) -> ReachOut:
    """Whoever came is not there after all: the ladder goes on without them. Raises NotFound, ReachOutOver."""
    row = reach_outs.own_request(uow, reach_out_id)
    if row.state == "closed":
        raise ReachOutOver
    if row.state == "claimed":
        quotas.take(uow, quotas.REACH_OUTS_AGAIN)
        reopen(uow, row)
    return row


def escalate_if_silent(uow: UnitOfWork, *, reach_out_id: UUID, member_id: UUID) -> None:
    """Who came has not written a word: then the ladder goes on. Nobody waits for somebody who is not there."""
    row = reach_outs.find_request(uow, reach_out_id)
    if row is None or row.state != "claimed" or row.claimed_by != member_id or row.room_id is None:
        return
    complete_if_answered(uow, row)
    is_over = row.claim_began_at is None or row.claim_began_at + rules.MAX_SILENCE <= uow.now
    if row.is_waiting and is_over:  # not when they claimed it again since
        reopen(uow, row)


def replace_if_barred(uow: UnitOfWork, row: ReachOut, member_id: UUID) -> None:
    """Ask others when the responder of a locked reach-out may not be brought together with anyone any more."""
    if row.claimed_by == member_id and not may_help_now(uow.session, member_id, now=uow.now):
        reopen(uow, row)


def end_for_member(uow: UnitOfWork, row: ReachOut, *, leaves: UUID) -> None:
    """Somebody is gone or kept away: their own reach-out ends; one for which they came goes on without them."""
    if row.asker_id == leaves:
        close_request(uow, row, ending="okay", by=None)
    elif row.state == "claimed":
        reopen(uow, row)


def _answer_drill(uow: UnitOfWork, row: ReachOut, kind: str) -> None:
    """End a drill: nobody waits for a message, so being reached is the answer."""
    row.answered_at = row.claimed_at = uow.now
    uow.cancel_scheduled(step_key(row, reach_outs.load_steps(uow, row)))
    reach_outs.save_steps(uow, row, rules.end_steps(reach_outs.load_steps(uow, row), answered=kind))
    close_request(uow, row, ending="drill", by=uow.actor.id)


def close_room(uow: UnitOfWork, *, reach_out_id: UUID) -> None:
    """A day later nobody writes there any more; what was said stays readable to the two."""
    row = reach_outs.find_request(uow, reach_out_id)
    if row is not None and row.state == "closed" and row.room_id is not None:
        managed_rooms.close(uow, room_id=row.room_id)
