"""Handlers of onboarding: new members, changed meetups, and companions who cannot come."""

from community.core.outbox.subscriptions import handlers
from community.core.unit_of_work import UnitOfWork
from community.meetups.events import OccurrenceCancelled, OccurrenceRescheduled, RsvpWithdrawn
from community.members.events import MemberBlocked, MemberJoined, NoContactCreated, SanctionImposed
from community.onboarding import access, actions
from community.onboarding.events import CompanionCheckDue, OnboardingEnded
from community.rooms.events import MessagePosted

handlers.on(OnboardingEnded)(actions.record_completion)
handlers.on(SanctionImposed)(actions.replace_helper)


@handlers.on(MemberJoined)
def start_onboarding(uow: UnitOfWork, event: MemberJoined) -> None:
    """Start the onboarding of a new member, for whom joining did not."""
    actions.start_for_newcomer(uow, event.member_id)


@handlers.on(MessagePosted, shared=True)
def record_greeting(uow: UnitOfWork, event: MessagePosted) -> None:
    """Record that a newcomer was greeted when the first words are there."""
    actions.record_greeting(uow, room_id=event.room_id)


@handlers.on(CompanionCheckDue)
def check_companion(uow: UnitOfWork, event: CompanionCheckDue) -> None:
    """Check a day before a meetup whether a companion is assigned."""
    actions.update_companion(uow, member_id=event.member_id)


@handlers.on(RsvpWithdrawn)
def update_after_withdrawal(uow: UnitOfWork, event: RsvpWithdrawn) -> None:
    """Update the companion requests of a newcomer or companion who does not come.

    It covers members who leave too, because their seats are withdrawn.
    """
    for newcomer_id in access.companion_requests_at(uow, event.occurrence_id, event.member_id):
        actions.update_companion(uow, member_id=newcomer_id)


@handlers.on(OccurrenceCancelled, OccurrenceRescheduled)
def update_after_change(uow: UnitOfWork, event: OccurrenceCancelled | OccurrenceRescheduled) -> None:
    """Update the companion requests for an occurrence that was cancelled or moved."""
    for newcomer_id in access.companion_requests_at(uow, event.occurrence_id):
        actions.update_companion(uow, member_id=newcomer_id)


@handlers.on(MemberBlocked, NoContactCreated)
def separate_companions(uow: UnitOfWork, event: MemberBlocked | NoContactCreated) -> None:
    """Replace a companion who must not meet the newcomer any more."""
    for newcomer_id in access.companion_requests_between(uow, *event.pair):
        actions.update_companion(uow, member_id=newcomer_id)
