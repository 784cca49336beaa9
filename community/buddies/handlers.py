"""What buddies do when something happened elsewhere, and what they do by the clock."""

from community.buddies.access import pairings
from community.buddies.actions import pairings as pairings_actions
from community.buddies.actions import profiles, prompts, run_schedule, runs, stand_ins, suggestions, trial_review
from community.buddies.events import MatchRunDue, PairingInactivityCheckDue, PromptDue, ReviewDue, StandInDue, TrialDue
from community.buddies.queries import candidates
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

SUGGESTIONS_AT_ONCE = 10
PROFILES_AT_ONCE = 100


@handlers.on(MemberBlocked)
def part_them(uow: UnitOfWork, event: MemberBlocked) -> None:
    """Who blocked somebody is neither paired with them nor suggested to them. Reads hide it from the block on."""
    pairings_actions.end_between(uow, event.blocker_id, event.blocked_id)
    suggestions.withdraw_between(uow, event.blocker_id, event.blocked_id)
    stand_ins.end_between(uow, event.blocker_id, event.blocked_id)


@handlers.on(NoContactCreated)
def part_them_by_order(uow: UnitOfWork, event: NoContactCreated) -> None:
    """The same for two whom a coordinator or a court keeps apart."""
    pairings_actions.end_between(uow, event.one_id, event.other_id)
    suggestions.withdraw_between(uow, event.one_id, event.other_id)
    stand_ins.end_between(uow, event.one_id, event.other_id)


@handlers.on(MemberSuspended, MemberDeactivated)
def withdraw_them(uow: UnitOfWork, event: MemberSuspended | MemberDeactivated) -> None:
    """Who is away is suggested to nobody; who is gone for good has no buddy waiting for them."""
    pairings.lock_around(uow, event.member_id)
    suggestions.withdraw_all(uow, event.member_id)
    if isinstance(event, MemberDeactivated):
        pairings_actions.end_all(uow, event.member_id)


@handlers.on(SanctionImposed)
def withdraw_who_is_restricted(uow: UnitOfWork, event: SanctionImposed) -> None:
    """Suggest a restricted member to nobody, and end the days on which they stand in for a buddy."""
    pairings.lock_around(uow, event.member_id)
    if not candidates.may_be_paired(uow, event.member_id):
        suggestions.withdraw_all(uow, event.member_id)
    stand_ins.replace_helper(uow, member_id=event.member_id)


@periodic.every(5)
def settle_suggestions(uow: UnitOfWork) -> bool:
    """Close what is over and find somebody else for those who are free; whether there may be more."""
    return suggestions.settle_due(uow, most=SUGGESTIONS_AT_ONCE) == SUGGESTIONS_AT_ONCE


@periodic.every(5)
def carry_on_runs(uow: UnitOfWork) -> bool:
    """Finish a match run whose process died."""
    return runs.resume_stalled(uow)


@periodic.every(60)
def seal_answers(uow: UnitOfWork) -> bool:
    """Seal the answers of profiles from before they were sealed; whether there may be more."""
    return profiles.seal_answers(uow, most=PROFILES_AT_ONCE)


@periodic.every(6 * 3600)
def forget_inputs(uow: UnitOfWork) -> None:
    """Keep no longer than needed what match runs were worked out from."""
    runs.forget_inputs(uow)


@handlers.on(PromptDue)
def remind_of_a_line(uow: UnitOfWork, event: PromptDue) -> None:
    """Two days after the start for both, then each week for one of them."""
    prompts.prompt(uow, pairing_id=event.pairing_id, prompt_number=event.prompt_number)


@handlers.on(TrialDue)
def ask_after_trial(uow: UnitOfWork, event: TrialDue) -> None:
    """Both are asked whether it goes on."""
    prompts.ask_after_trial(uow, pairing_id=event.pairing_id)


@handlers.on(PairingInactivityCheckDue)
def look_for_silence(uow: UnitOfWork, event: PairingInactivityCheckDue) -> None:
    """Both are asked when they have been silent for long."""
    prompts.look_for_silence(uow, pairing_id=event.pairing_id)


@handlers.on(ReviewDue)
def decide(uow: UnitOfWork, event: ReviewDue) -> None:
    """What they said comes to something, and so does silence."""
    trial_review.close_review(uow, pairing_id=event.pairing_id)


@handlers.on(StandInDue)
def end_the_day(uow: UnitOfWork, event: StandInDue) -> None:
    """Somebody was there for a day, or nobody was."""
    stand_ins.end(uow, stand_in_id=event.stand_in_id)


@handlers.on(MatchRunDue)
def run_by_calendar(uow: UnitOfWork, event: MatchRunDue) -> None:
    """The week's match run, and the plan for the next."""
    run_schedule.run_due(uow, version=event.version)
