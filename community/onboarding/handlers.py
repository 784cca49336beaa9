"""Handlers of onboarding: events of other features and scheduled moments."""

from community.core.outbox.subscriptions import handlers
from community.core.unit_of_work import UnitOfWork
from community.meetups.events import OccurrenceCancelled, OccurrenceRescheduled, RsvpWithdrawn
from community.members.events import MemberBlocked, MemberJoined, NoContactCreated, SanctionImposed
from community.members.queries.active_members import is_plain_member
from community.onboarding import access as first_weeks_access
from community.onboarding import actions
from community.onboarding.events import CompanionCheckDue, OnboardingEnded


@handlers.on(MemberJoined)
def start_onboarding(uow: UnitOfWork, event: MemberJoined) -> None:
    """Whoever joins as a member is welcomed; coordinators know their way."""
    if is_plain_member(uow.session, event.member_id):
        actions.start_onboarding(uow, member_id=event.member_id)


@handlers.on(OnboardingEnded)
def record_completion(uow: UnitOfWork, event: OnboardingEnded) -> None:
    """How many of the four there were."""
    actions.record_completion(uow, member_id=event.member_id)


@handlers.on(CompanionCheckDue)
def check_companion(uow: UnitOfWork, event: CompanionCheckDue) -> None:
    """It is the day before."""
    actions.update_companion(uow, member_id=event.member_id)


@handlers.on(RsvpWithdrawn)
def update_after_withdrawal(uow: UnitOfWork, event: RsvpWithdrawn) -> None:
    """Who does not come waits for nobody, and is waited for by nobody. So it is with who is gone: they free seats."""
    for one in first_weeks_access.companion_requests_at(uow, event.occurrence_id, event.member_id):
        actions.update_companion(uow, member_id=one)


@handlers.on(OccurrenceCancelled, OccurrenceRescheduled)
def update_after_change(uow: UnitOfWork, event: OccurrenceCancelled | OccurrenceRescheduled) -> None:
    """A date is off, or at another time."""
    for one in first_weeks_access.companion_requests_at(uow, event.occurrence_id):
        actions.update_companion(uow, member_id=one)


@handlers.on(MemberBlocked)
def separate_companions(uow: UnitOfWork, event: MemberBlocked) -> None:
    """Who must not meet does not meet at a door either."""
    for one in first_weeks_access.companion_requests_between(uow, event.blocker_id, event.blocked_id):
        actions.update_companion(uow, member_id=one)


@handlers.on(NoContactCreated)
def let_others_wait_by_order(uow: UnitOfWork, event: NoContactCreated) -> None:
    """The same for two whom a coordinator or a court keeps apart."""
    for one in first_weeks_access.companion_requests_between(uow, event.one_id, event.other_id):
        actions.update_companion(uow, member_id=one)


@handlers.on(SanctionImposed)
def replace_restricted_helper(uow: UnitOfWork, event: SanctionImposed) -> None:
    """Find others for the newcomers whom a restricted member was to greet or meet."""
    actions.replace_helper(uow, member_id=event.member_id)
