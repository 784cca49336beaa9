"""Actions of onboarding: start it, greet, ask for a companion, be one, and record its completion."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete

from community.core.errors import Conflict, ValidationFailed
from community.core.permissions import Permission
from community.core.unit_of_work import UnitOfWork
from community.meetups.actions import rsvps as meetups_actions
from community.meetups.queries.attendees import starts_at_unless_cancelled
from community.meetups.rules.rsvps import RsvpAnswer
from community.members.actions import quotas
from community.members.events import SanctionImposed
from community.members.queries.active_members import is_plain_member
from community.members.queries.helping import can_help
from community.onboarding import access, rules
from community.onboarding.events import (
    CompanionAssigned,
    CompanionCancelled,
    CompanionCheckDue,
    CompanionMissing,
    CompanionRequested,
    GreetingDue,
    NewcomerGreeted,
    OnboardingEnded,
    OnboardingStarted,
)
from community.onboarding.models import Greeter, NewcomerRoom, Onboarding
from community.onboarding.queries import can_be_met_at, completed_steps
from community.rooms.actions.create import open_room
from community.rooms.queries.public import first_room_for, has_written, open_rooms


class CompanionAlreadyFound(Conflict):
    """A member offers to be the companion of a newcomer who has one."""

    code = "door_taken"
    message = "Someone is already meeting them. Thank you."


class CannotBeMetThere(Conflict):
    """A newcomer asks to be met at a meetup online, or at night."""

    code = "no_door"
    message = "Someone can only meet you at the door if you meet in person, between 8 am and 10 pm."


def start_onboarding(uow: UnitOfWork, *, member_id: UUID) -> Onboarding:
    """Start a new member's onboarding with the next greeter and a room to begin in. Idempotent."""
    row = access.find_onboarding(uow, member_id, lock=True)
    if row is not None:
        return row
    willing = access.available_greeters(uow, member_id)
    chosen = access.newcomer_room(uow)
    row = Onboarding(
        member_id=member_id,
        started_at=uow.now,
        ends_at=uow.now + rules.DURATION,
        greeter_id=rules.next_greeter(willing, access.recent_greetings(uow)),
        room_id=first_room_for(
            uow.session, member_id=member_id, preferred=chosen.room_id if chosen is not None else None
        ),
    )
    uow.session.add(row)
    uow.session.flush()
    uow.record(OnboardingStarted(member_id=member_id))
    uow.schedule(uow.now + rules.GREET_WITHIN, GreetingDue(member_id=member_id), key=f"first_week:{member_id}:hello")
    uow.schedule(row.ends_at, OnboardingEnded(member_id=member_id), key=f"first_week:{member_id}:end")
    return row


def start_for_newcomer(uow: UnitOfWork, member_id: UUID) -> None:
    """Start the onboarding of someone who has just joined. Coordinators have none. Idempotent."""
    if is_plain_member(uow.session, member_id):
        start_onboarding(uow, member_id=member_id)


def open_hello_room(uow: UnitOfWork, *, member_id: UUID) -> UUID:
    """Return the room in which the actor greets a newcomer, and open it when there is none. Raises NotFound.

    The newcomer is greeted and notified once the actor has written there (`record_greeting`).
    """
    row = access.onboarding_to_greet(uow, member_id)
    if row.hello_room_id is None:
        row.hello_room_id = open_room(uow, kind="pairing", name="Welcome", members=(member_id, uow.actor.id)).id
        uow.session.flush()
    return row.hello_room_id


def record_greeting(uow: UnitOfWork, *, room_id: UUID) -> None:
    """Record that a newcomer was greeted when their greeter has written in the room of the two. Idempotent."""
    row = access.ungreeted_in_room(uow, room_id)
    if row is None or row.greeter_id is None:
        return
    if has_written(uow.session, room_id=room_id, member_id=row.greeter_id):
        row.greeted_at = uow.now
        uow.session.flush()
        uow.record(NewcomerGreeted(member_id=row.member_id, by=row.greeter_id))


def request_companion(uow: UnitOfWork, *, occurrence_id: UUID) -> Onboarding:
    """Go to an occurrence and ask for a companion there, in place of an earlier request.

    Raises NotFound, RsvpClosed, CannotBeMetThere, RateLimited.
    """
    row = access.own_onboarding_locked(uow)
    meetups_actions.answer_occurrence(uow, occurrence_id=occurrence_id, answer=RsvpAnswer.GOING)
    if row.occurrence_id == occurrence_id:
        return row
    if not can_be_met_at(uow, occurrence_id):
        raise CannotBeMetThere
    quotas.take(uow, quotas.COMPANION_REQUESTS)
    _withdraw_companion_request(uow, row)
    row.occurrence_id = occurrence_id
    uow.session.flush()
    uow.record(CompanionRequested(member_id=row.member_id, occurrence_id=occurrence_id))
    _schedule_companion_check(uow, row, starts_at_unless_cancelled(uow, occurrence_id))
    return row


def become_companion(uow: UnitOfWork, *, member_id: UUID) -> Onboarding:
    """Become the companion of a newcomer; the first member does. Idempotent.

    Raises NotFound, CompanionAlreadyFound, RsvpClosed.
    """
    row = access.onboarding_to_accompany(uow, member_id)
    if row.companion_id == uow.actor.id:
        return row
    if row.companion_id is not None:
        raise CompanionAlreadyFound
    row.companion_id, row.companion_assigned_at = uow.actor.id, uow.now
    uow.session.flush()
    uow.record(CompanionAssigned(member_id=member_id, by=uow.actor.id))
    return row


def update_companion(uow: UnitOfWork, *, member_id: UUID) -> None:
    """Cancel a companion request that is void, or replace a companion who cannot come, before the occurrence begins.

    It runs when the occurrence or an RSVP has changed, and a day before. When a companion is replaced, all who may be
    one are asked again.
    """
    row = access.find_onboarding(uow, member_id, lock=True)
    if row is None or row.occurrence_id is None:
        return
    begins_at = starts_at_unless_cancelled(uow, row.occurrence_id)
    if begins_at is not None and begins_at <= uow.now:
        return
    if begins_at is None or not access.is_attending(uow, row):
        _withdraw_companion_request(uow, row)
        return
    if row.companion_id is not None and row.companion_id not in access.possible_companions(uow, row):
        former, row.companion_id, row.companion_assigned_at = row.companion_id, None, None
        uow.session.flush()
        uow.record(CompanionRequested(member_id=member_id, occurrence_id=row.occurrence_id, instead_of=former))
    _schedule_companion_check(uow, row, begins_at)


def replace_helper(uow: UnitOfWork, event: SanctionImposed) -> None:
    """Find others for the newcomers whom a member was to greet or accompany, when that member may not help any more."""
    member_id = event.member_id
    if can_help(uow.session, member_id, now=uow.now):
        return
    for row in access.onboardings_of_helper(uow, member_id):
        if row.greeter_id == member_id and row.greeted_at is None:
            willing = access.available_greeters(uow, row.member_id)
            row.greeter_id = rules.next_greeter(willing, access.recent_greetings(uow))
            uow.session.flush()
            uow.record(OnboardingStarted(member_id=row.member_id))
        if row.companion_id == member_id:
            update_companion(uow, member_id=row.member_id)


def hide_onboarding(uow: UnitOfWork) -> None:
    """Hide the actor's onboarding for good. Raises NotFound."""
    access.own_onboarding_locked(uow).hidden_at = uow.now


def choose_newcomer_room(uow: UnitOfWork, *, room_id: UUID | None) -> None:
    """Choose the room in which newcomers begin, or let them begin in their cohort's or the busiest one.

    Raises Forbidden, and ValidationFailed for a room that not everyone may join.
    """
    _ = uow.permitted(Permission.WELCOME_NEWCOMERS)
    if room_id is not None and room_id not in open_rooms(uow):
        raise ValidationFailed(errors={"room_id": ["Choose a room that everyone can join."]})
    uow.session.execute(delete(NewcomerRoom))
    if room_id is not None:
        uow.session.add(NewcomerRoom(room_id=room_id, chosen_at=uow.now))


def set_greeter_offer(uow: UnitOfWork, *, offers: bool) -> None:
    """Offer to greet newcomers, or end the offer. Idempotent."""
    offer = access.own_greeter_offer(uow)
    if offers and offer is None:
        uow.session.add(Greeter(member_id=uow.actor.id, since=uow.now))
    elif not offers and offer is not None:
        uow.session.delete(offer)


def record_completion(uow: UnitOfWork, event: OnboardingEnded) -> None:
    """Record after seven days how many of the four steps are done."""
    row = access.find_onboarding(uow, event.member_id, lock=True)
    if row is not None and row.completed_steps is None:
        row.completed_steps = sum(completed_steps(uow.session, row).values())


def _withdraw_companion_request(uow: UnitOfWork, row: Onboarding) -> None:
    if row.occurrence_id is None:
        return
    closed = CompanionCancelled(member_id=row.member_id, occurrence_id=row.occurrence_id, companion_id=row.companion_id)
    row.occurrence_id = row.companion_id = row.companion_assigned_at = None
    uow.session.flush()
    uow.record(closed)


def _schedule_companion_check(uow: UnitOfWork, row: Onboarding, begins_at: datetime | None) -> None:
    """Schedule a check for the day before, or on that day report a missing companion."""
    if row.occurrence_id is None or begins_at is None:
        return
    about = {"member_id": row.member_id, "occurrence_id": row.occurrence_id}
    due_at = begins_at - rules.COMPANION_CHECK_BEFORE
    if due_at <= uow.now:
        if row.companion_id is None:
            uow.record(CompanionMissing(**about))
        return
    uow.schedule(
        due_at,
        CompanionCheckDue(**about),
        key=f"first_week:{row.member_id}:door:{row.occurrence_id}:{due_at.isoformat()}",
    )
