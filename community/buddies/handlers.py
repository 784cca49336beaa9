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


handlers.on(PromptDue)(prompts.send_prompt)
handlers.on(TrialDue)(prompts.ask_after_trial)
handlers.on(PairingInactivityCheckDue)(prompts.check_silence)
handlers.on(ReviewDue)(trial_review.close_review)
handlers.on(StandInDue)(stand_ins.end)
handlers.on(MatchRunDue)(run_schedule.start_due_run)
periodic.every(5)(runs.resume_stalled)
periodic.every(6 * 3600)(runs.delete_old_inputs)


@handlers.on(MemberBlocked, NoContactCreated)
def separate(uow: UnitOfWork, event: MemberBlocked | NoContactCreated) -> None:
    """End pairing, suggestions and stand-ins between two members who must not meet. Reads hide both at once."""
    pairings_actions.end_between(uow, *event.pair)
    suggestions.withdraw_between(uow, *event.pair)
    stand_ins.end_between(uow, *event.pair)


@handlers.on(MemberSuspended, MemberDeactivated)
def withdraw_member(uow: UnitOfWork, event: MemberSuspended | MemberDeactivated) -> None:
    """Withdraw a member who is suspended or left from suggestions. A member who left also loses their pairings."""
    pairings.lock_member_and_buddies(uow, event.member_id)
    suggestions.withdraw_all(uow, event.member_id)
    if isinstance(event, MemberDeactivated):
        pairings_actions.end_all(uow, event.member_id)


@handlers.on(SanctionImposed)
def withdraw_restricted(uow: UnitOfWork, event: SanctionImposed) -> None:
    """Withdraw a restricted member from suggestions, and end the days on which they stand in."""
    pairings.lock_member_and_buddies(uow, event.member_id)
    if not candidates.may_be_paired(uow, event.member_id):
        suggestions.withdraw_all(uow, event.member_id)
    stand_ins.replace_helper(uow, member_id=event.member_id)


@periodic.every(5)
def settle_suggestions(uow: UnitOfWork) -> bool:
    """Close suggestions that are over and suggest others to the members freed. Return whether there may be more."""
    return suggestions.settle_due(uow, limit=SUGGESTIONS_AT_ONCE) == SUGGESTIONS_AT_ONCE


@periodic.every(60)
def encrypt_answers(uow: UnitOfWork) -> bool:
    """Encrypt the answers of profiles from before encryption. Return whether there may be more."""
    return profiles.encrypt_answers(uow, limit=PROFILES_AT_ONCE)
