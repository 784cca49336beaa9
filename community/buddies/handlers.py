"""Handlers of buddies: events of other features, scheduled moments and periodic jobs."""

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
def separate(uow: UnitOfWork, event: MemberBlocked) -> None:
    """End pairing and suggestions between a member and the one they blocked. Reads hide both from the block on."""
    pairings_actions.end_between(uow, event.blocker_id, event.blocked_id)
    suggestions.withdraw_between(uow, event.blocker_id, event.blocked_id)
    stand_ins.end_between(uow, event.blocker_id, event.blocked_id)


@handlers.on(NoContactCreated)
def separate_by_order(uow: UnitOfWork, event: NoContactCreated) -> None:
    """End pairing and suggestions between two members under a no-contact order."""
    pairings_actions.end_between(uow, event.one_id, event.other_id)
    suggestions.withdraw_between(uow, event.one_id, event.other_id)
    stand_ins.end_between(uow, event.one_id, event.other_id)


@handlers.on(MemberSuspended, MemberDeactivated)
def withdraw_member(uow: UnitOfWork, event: MemberSuspended | MemberDeactivated) -> None:
    """Withdraw a member who is suspended or left from suggestions. A member who left also loses their pairings."""
    pairings.lock_around(uow, event.member_id)
    suggestions.withdraw_all(uow, event.member_id)
    if isinstance(event, MemberDeactivated):
        pairings_actions.end_all(uow, event.member_id)


@handlers.on(SanctionImposed)
def withdraw_restricted(uow: UnitOfWork, event: SanctionImposed) -> None:
    """Withdraw a restricted member from suggestions, and end the days on which they stand in."""
    pairings.lock_around(uow, event.member_id)
    if not candidates.may_be_paired(uow, event.member_id):
        suggestions.withdraw_all(uow, event.member_id)
    stand_ins.replace_helper(uow, member_id=event.member_id)


@periodic.every(5)
def settle_suggestions(uow: UnitOfWork) -> bool:
    """Close suggestions that are over and suggest others to the members freed. Return whether there may be more."""
    return suggestions.settle_due(uow, limit=SUGGESTIONS_AT_ONCE) == SUGGESTIONS_AT_ONCE


@periodic.every(5)
def resume_runs(uow: UnitOfWork) -> bool:
    """Finish a match run whose process died."""
    return runs.resume_stalled(uow)


@periodic.every(60)
def encrypt_answers(uow: UnitOfWork) -> bool:
    """Encrypt the answers of profiles from before encryption. Return whether there may be more."""
    return profiles.encrypt_answers(uow, limit=PROFILES_AT_ONCE)


@periodic.every(6 * 3600)
def forget_inputs(uow: UnitOfWork) -> None:
    """Delete old inputs of match runs."""
    runs.forget_inputs(uow)


@handlers.on(PromptDue)
def send_prompt(uow: UnitOfWork, event: PromptDue) -> None:
    """Prompt both two days after the start, then one of them each week."""
    prompts.prompt(uow, pairing_id=event.pairing_id, prompt_number=event.prompt_number)


@handlers.on(TrialDue)
def ask_after_trial(uow: UnitOfWork, event: TrialDue) -> None:
    """Ask both whether it goes on."""
    prompts.ask_after_trial(uow, pairing_id=event.pairing_id)


@handlers.on(PairingInactivityCheckDue)
def check_silence(uow: UnitOfWork, event: PairingInactivityCheckDue) -> None:
    """Ask both when they have been silent for long."""
    prompts.check_silence(uow, pairing_id=event.pairing_id)


@handlers.on(ReviewDue)
def decide(uow: UnitOfWork, event: ReviewDue) -> None:
    """Decide a review by its answers, or by silence."""
    trial_review.close_review(uow, pairing_id=event.pairing_id)


@handlers.on(StandInDue)
def end_the_day(uow: UnitOfWork, event: StandInDue) -> None:
    """End a stand-in's day."""
    stand_ins.end(uow, stand_in_id=event.stand_in_id)


@handlers.on(MatchRunDue)
def run_by_calendar(uow: UnitOfWork, event: MatchRunDue) -> None:
    """Start the weekly match run, and plan the next."""
    run_schedule.run_due(uow, version=event.version)
