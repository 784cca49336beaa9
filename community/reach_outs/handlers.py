"""Handlers of reach-outs: events of other features and scheduled moments."""

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
from community.reach_outs.access import reach_outs
from community.reach_outs.actions import drills, escalation
from community.reach_outs.actions import reach_outs as reach_outs_actions
from community.reach_outs.events import ReachOutRoomDue, ReachOutStepDue, ResponseCheckDue
from community.rooms.events import MessagePosted


@handlers.on(ReachOutStepDue)
def take_next_step(uow: UnitOfWork, event: ReachOutStepDue) -> None:
    """The next step of a ladder, if nobody has taken it meanwhile."""
    row = reach_outs.find_request(uow, event.reach_out_id)
    if row is not None:
        escalation.advance(uow, row)


@handlers.on(MessagePosted, shared=True)
def check_first_message(uow: UnitOfWork, event: MessagePosted) -> None:
    """Look at a reach-out when a message comes into its room and its responder had not written before."""
    waiting = reach_outs.unanswered_in_room(uow, event.room_id)
    if waiting is not None:
        uow.record(ReachOutStepDue(reach_out_id=waiting))


@handlers.on(ResponseCheckDue)
def check_silence(uow: UnitOfWork, event: ResponseCheckDue) -> None:
    """Whoever came has written by now, or others are asked."""
    reach_outs_actions.escalate_if_silent(uow, reach_out_id=event.reach_out_id, member_id=event.member_id)


@handlers.on(ReachOutRoomDue)
def close_room(uow: UnitOfWork, event: ReachOutRoomDue) -> None:
    """A day later."""
    reach_outs_actions.close_room(uow, reach_out_id=event.reach_out_id)


@handlers.on(MemberBlocked)
def reopen_claimed_between(uow: UnitOfWork, event: MemberBlocked) -> None:
    """Who blocked somebody gets another person, not the end of it."""
    for row in reach_outs.claimed_between(uow, event.blocker_id, event.blocked_id):
        escalation.reopen(uow, row)


@handlers.on(NoContactCreated)
def go_on_without_them_by_order(uow: UnitOfWork, event: NoContactCreated) -> None:
    """The same for two whom a coordinator or a court keeps apart."""
    for row in reach_outs.claimed_between(uow, event.one_id, event.other_id):
        escalation.reopen(uow, row)


@handlers.on(MemberSuspended, MemberDeactivated)
def end_for_departed_member(uow: UnitOfWork, event: MemberSuspended | MemberDeactivated) -> None:
    """Who is gone is waited for by nobody."""
    for row in reach_outs.open_requests_of(uow, event.member_id):
        reach_outs_actions.end_for_member(uow, row, leaves=event.member_id)


@handlers.on(SanctionImposed)
def replace_restricted_responder(uow: UnitOfWork, event: SanctionImposed) -> None:
    """Ask others where the responder may not help any more."""
    for row in reach_outs.open_requests_of(uow, event.member_id):
        reach_outs_actions.replace_if_barred(uow, row, event.member_id)


@periodic.every(15)
def advance_overdue(uow: UnitOfWork) -> bool:
    """A ladder goes on even if the event of its next step died; whether there may be more."""
    return escalation.advance_overdue(uow)


@periodic.every(1800)
def start_weekly_drill(uow: UnitOfWork) -> None:
    """Once a week, while somebody is on shift."""
    drills.start_weekly_drill(uow)
