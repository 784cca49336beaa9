"""What care does when something happened elsewhere, and what it does by the clock."""

from community.care.access import reach_outs
from community.care.actions import climbing, drilling, quiet, reaching, rhythms, shifts
from community.care.events.people import CheckInDue, HandOverDue, HardHourDue, QuietLookDue
from community.care.events.reach_outs import ReachOutRoomDue, ReachOutSilenceDue, ReachOutStepDue
from community.core.outbox.periodic import timers
from community.core.outbox.subscriptions import reactions
from community.core.unit_of_work import UnitOfWork
from community.members.events import (
    ContactForbidden,
    MemberBlocked,
    MemberDeactivated,
    MemberSuspended,
    SanctionImposed,
)
from community.rooms.events import MessagePosted


@reactions.on(ReachOutStepDue)
def take_the_next_step(uow: UnitOfWork, event: ReachOutStepDue) -> None:
    """The next step of a ladder, if nobody has taken it meanwhile."""
    row = reach_outs.living(uow, event.reach_out_id)
    if row is not None:
        climbing.go_on(uow, row)


@reactions.on(MessagePosted, shared=True)
def look_for_the_first_message(uow: UnitOfWork, event: MessagePosted) -> None:
    """Look at a reach-out when a message comes into its room and its responder had not written before."""
    waiting = reach_outs.unanswered_in(uow, event.room_id)
    if waiting is not None:
        uow.record(ReachOutStepDue(reach_out_id=waiting))


@reactions.on(ReachOutSilenceDue)
def look_for_a_word(uow: UnitOfWork, event: ReachOutSilenceDue) -> None:
    """Whoever came has written by now, or others are asked."""
    reaching.end_silence(uow, reach_out_id=event.reach_out_id, member_id=event.member_id)


@reactions.on(ReachOutRoomDue)
def close_the_room(uow: UnitOfWork, event: ReachOutRoomDue) -> None:
    """A day later."""
    reaching.close_room(uow, reach_out_id=event.reach_out_id)


@reactions.on(MemberBlocked)
def go_on_without_them(uow: UnitOfWork, event: MemberBlocked) -> None:
    """Who blocked somebody gets another person, not the end of it."""
    for row in reach_outs.claimed_between(uow, event.blocker_id, event.blocked_id):
        climbing.reopen(uow, row)


@reactions.on(ContactForbidden)
def go_on_without_them_by_order(uow: UnitOfWork, event: ContactForbidden) -> None:
    """The same for two whom a coordinator or a court keeps apart."""
    for row in reach_outs.claimed_between(uow, event.one_id, event.other_id):
        climbing.reopen(uow, row)


@reactions.on(MemberSuspended, MemberDeactivated)
def go_on_without_who_is_gone(uow: UnitOfWork, event: MemberSuspended | MemberDeactivated) -> None:
    """Who is gone is waited for by nobody."""
    for row in reach_outs.going_on_with(uow, event.member_id):
        reaching.end_for(uow, row, leaves=event.member_id)


@reactions.on(SanctionImposed)
def replace_who_may_not_help(uow: UnitOfWork, event: SanctionImposed) -> None:
    """Ask others where the responder may not help any more."""
    for row in reach_outs.going_on_with(uow, event.member_id):
        reaching.replace_if_barred(uow, row, event.member_id)


@reactions.on(CheckInDue)
def ask_at_their_time(uow: UnitOfWork, event: CheckInDue) -> None:
    """It is time to ask somebody, and to plan the next time."""
    rhythms.come_due(uow, member_id=event.member_id, version=event.version, due_at=event.due_at)


@timers.every(3600)
def start_rhythms_again(uow: UnitOfWork) -> bool:
    """Nobody is forgotten because something failed; whether there may be more."""
    return rhythms.start_again(uow)


@reactions.on(HandOverDue)
def hand_over(uow: UnitOfWork, event: HandOverDue) -> None:
    """A shift is about to end: who has it and who comes next are told."""
    shifts.hand_over(uow, shift_id=event.shift_id)


@timers.every(15)
def leave_nobody_waiting(uow: UnitOfWork) -> bool:
    """A ladder goes on even if the event of its next step died; whether there may be more."""
    return climbing.go_on_with_late(uow)


@timers.every(1800)
def practise(uow: UnitOfWork) -> None:
    """Once a week, while somebody is on shift."""
    drilling.drill_by_calendar(uow)


@reactions.on(QuietLookDue)
def look_for_quiet(uow: UnitOfWork, event: QuietLookDue) -> None:
    """Once a week, for whoever asked for it."""
    quiet.look(uow, member_id=event.member_id, version=event.version)


@reactions.on(HardHourDue)
def begin_hard_hour(uow: UnitOfWork, event: HardHourDue) -> None:
    """A time comes that somebody planned for."""
    quiet.begin(uow, hard_hour_id=event.hard_hour_id, starts_at=event.starts_at)


@timers.every(3600)
def repair_inactivity_schedule(uow: UnitOfWork) -> bool:
    """Schedule overdue inactivity checks again. Return whether more may be overdue."""
    return quiet.repair_schedule(uow)


@timers.every(3600)
def repair_planned_support(uow: UnitOfWork) -> bool:
    """Schedule overdue planned times again. Return whether more may be overdue."""
    return quiet.repair_planned_support(uow)
