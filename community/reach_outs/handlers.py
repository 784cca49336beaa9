"""Handlers of reach-outs: scheduled steps, messages in their rooms, and members who may not help any more."""

from community.core.outbox.periodic import periodic
from community.core.outbox.subscriptions import handlers
from community.core.unit_of_work import UnitOfWork
from community.members.events import (
    MemberBlocked,
    MemberDeactivated,
    MemberSuspended,
    NoContactCreated,
    SanctionImposed,
)
from community.members.queries.helping import can_help
from community.reach_outs.access import reach_outs as access
from community.reach_outs.actions import drills, escalation, reach_outs
from community.reach_outs.events import ReachOutRoomDue, ReachOutStepDue, ResponseCheckDue
from community.rooms.events import MessagePosted

handlers.on(ResponseCheckDue)(reach_outs.escalate_if_silent)
handlers.on(ReachOutRoomDue)(reach_outs.close_room)
periodic.every(15)(escalation.advance_overdue)
periodic.every(1800)(drills.start_weekly_drill)


@handlers.on(ReachOutStepDue)
def take_next_step(uow: UnitOfWork, event: ReachOutStepDue) -> None:
    """Advance a reach-out whose next step is due."""
    row = access.find_request(uow, event.reach_out_id, lock=True)
    if row is not None:
        escalation.advance(uow, row)


@handlers.on(MessagePosted, shared=True)
def check_first_message(uow: UnitOfWork, event: MessagePosted) -> None:
    """Make the next step due when a message arrives in the room of a reach-out whose responder had not written."""
    waiting = access.unanswered_in_room(uow, event.room_id)
    if waiting is not None:
        uow.record(ReachOutStepDue(reach_out_id=waiting))


@handlers.on(MemberBlocked, NoContactCreated)
def reopen_claimed_between(uow: UnitOfWork, event: MemberBlocked | NoContactCreated) -> None:
    """Ask other responders when the requester and the responder must not meet any more."""
    for row in access.claimed_between(uow, *event.pair):
        escalation.reopen(uow, row)


@handlers.on(MemberSuspended, MemberDeactivated)
def end_for_departed_member(uow: UnitOfWork, event: MemberSuspended | MemberDeactivated) -> None:
    """Close the reach-out that a member opened, and ask others for those that they claimed."""
    for row in access.open_requests_of(uow, event.member_id):
        if row.requester_id == event.member_id:
            escalation.close_request(uow, row, ending="okay", by=None)
        elif row.state == "claimed":
            escalation.reopen(uow, row)


@handlers.on(SanctionImposed)
def replace_restricted_responder(uow: UnitOfWork, event: SanctionImposed) -> None:
    """Ask others for the reach-outs that a member claimed who may not help any more."""
    if can_help(uow.session, event.member_id, now=uow.now):
        return
    for row in access.open_requests_of(uow, event.member_id):
        if row.claimed_by == event.member_id:
            escalation.reopen(uow, row)
