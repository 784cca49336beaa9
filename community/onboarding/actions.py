"""The first seven days: begin them, say hello, want to be met, wait at a door; and what their end counts."""

from datetime import datetime
from uuid import UUID

from community.core.errors import Conflict
from community.core.unit_of_work import UnitOfWork
from community.meetups.actions import rsvps as meetups_actions
from community.meetups.queries.attendees import starts_at_unless_cancelled
from community.meetups.rules.rsvps import RsvpAnswer
from community.members.actions import quotas
from community.members.events import SanctionImposed
from community.members.queries.helping import may_help_now
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
from community.onboarding.models import FirstWeek, Greeter
from community.onboarding.queries import completed_steps
from community.rooms.actions.create import open_room
from community.rooms.queries.public import room_to_begin_in


class CompanionAlreadyFound(Conflict):
    """Somebody waits there already. Thank you."""

    code = "door_taken"
    message = "Somebody waits there already. Thank you."


def start_onboarding(uow: UnitOfWork, *, member_id: UUID) -> FirstWeek:
    """Somebody has joined: they get a greeter, whose turn it is, and a room to begin in. Twice is once."""
    row = access.find_onboarding(uow, member_id, lock=True)
    if row is not None:
        return row
    willing = access.available_greeters(uow, member_id)
    row = FirstWeek(
        member_id=member_id,
        started_at=uow.now,
        ends_at=uow.now + rules.DURATION,
        greeter_id=rules.next_greeter(willing, access.recent_greetings(uow)),
        room_id=room_to_begin_in(uow.session, member_id=member_id),
    )
    uow.session.add(row)
    uow.session.flush()
    uow.record(OnboardingStarted(member_id=member_id))
    uow.schedule(uow.now + rules.GREET_WITHIN, GreetingDue(member_id=member_id), key=f"first_week:{member_id}:hello")
    uow.schedule(row.ends_at, OnboardingEnded(member_id=member_id), key=f"first_week:{member_id}:end")
    return row


def greet(uow: UnitOfWork, *, member_id: UUID) -> FirstWeek:
    """Welcome somebody, in a room of the two. Twice is once. Raises NotFound."""
    row = access.onboarding_to_greet(uow, member_id)
    if row.hello_room_id is None:
        room = open_room(uow, kind="pairing", name="Welcome", members=(member_id, uow.actor.id))
        row.hello_room_id, row.greeted_at = room.id, uow.now
        uow.session.flush()
        uow.record(NewcomerGreeted(member_id=member_id, by=uow.actor.id))
    return row


def request_companion(uow: UnitOfWork, *, occurrence_id: UUID) -> FirstWeek:
    """Come to a date and be met at its door; another date takes its place. Raises NotFound, RsvpClosed."""
    row = access.own_onboarding_locked(uow)
    meetups_actions.answer_occurrence(uow, occurrence_id=occurrence_id, answer=RsvpAnswer.GOING)
    if row.occurrence_id == occurrence_id:
        return row
    quotas.take(uow, quotas.DOORS)
    _withdraw_companion_request(uow, row)
    row.occurrence_id = occurrence_id
    uow.session.flush()
    uow.record(CompanionRequested(member_id=row.member_id, occurrence_id=occurrence_id))
    _schedule_companion_check(uow, row, starts_at_unless_cancelled(uow, occurrence_id))
    return row


def become_companion(uow: UnitOfWork, *, member_id: UUID) -> FirstWeek:
    """Wait for somebody new at the door: the first who says so does. Twice is once.

    Raises NotFound, DoorWatched, RsvpClosed.
    """
    row = access.onboarding_to_accompany(uow, member_id)
    if row.companion_id == uow.actor.id:
        return row
    if row.companion_id is not None:
        raise CompanionAlreadyFound
    row.companion_id, row.met_at = uow.actor.id, uow.now
    uow.session.flush()
    uow.record(CompanionAssigned(member_id=member_id, by=uow.actor.id))
    return row


def update_companion(uow: UnitOfWork, *, member_id: UUID) -> None:
    """Something has changed about a date, or its day comes: is somebody met there, and does somebody wait?

    Who cannot wait after all is replaced: all who may are asked again. Who does not come is waited for by nobody.
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
        gone, row.companion_id, row.met_at = row.companion_id, None, None
        uow.session.flush()
        uow.record(CompanionRequested(member_id=member_id, occurrence_id=row.occurrence_id, instead_of=gone))
    _schedule_companion_check(uow, row, begins_at)


def replace_helper(uow: UnitOfWork, event: SanctionImposed) -> None:
    """Find others for the newcomers whom a member was to greet or meet, when that member may not help any more."""
    member_id = event.member_id
    if may_help_now(uow.session, member_id, now=uow.now):
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
    """See nothing of it any more. Raises NotFound."""
    access.own_onboarding_locked(uow).hidden_at = uow.now


def set_greeter_offer(uow: UnitOfWork, *, offers: bool) -> None:
    """Offer to welcome those who are new, or no longer. Twice is once."""
    kept = access.own_greeter_offer(uow)
    if offers and kept is None:
        uow.session.add(Greeter(member_id=uow.actor.id, since=uow.now))
    elif not offers and kept is not None:
        uow.session.delete(kept)


def record_completion(uow: UnitOfWork, event: OnboardingEnded) -> None:
    """Seven days are over: how many of the four there were."""
    row = access.find_onboarding(uow, event.member_id, lock=True)
    if row is not None and row.steps_done is None:
        row.steps_done = sum(completed_steps(uow.session, row).values())


def _withdraw_companion_request(uow: UnitOfWork, row: FirstWeek) -> None:
    """Nobody is met there: whoever would have waited need not."""
    if row.occurrence_id is None:
        return
    closed = CompanionCancelled(member_id=row.member_id, occurrence_id=row.occurrence_id, companion_id=row.companion_id)
    row.occurrence_id = row.companion_id = row.met_at = None
    uow.session.flush()
    uow.record(closed)


def _schedule_companion_check(uow: UnitOfWork, row: FirstWeek, begins_at: datetime | None) -> None:
    """Look again a day before, whether whoever waits still may; from then on say when nobody does."""
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
