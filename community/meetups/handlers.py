"""Handlers of meetups for events of other features and for scheduled moments."""

from community.core.outbox.periodic import periodic
from community.core.outbox.subscriptions import handlers
from community.core.unit_of_work import UnitOfWork
from community.meetups.actions import chat_room, rsvps, scheduled_jobs
from community.meetups.events import (
    HostChanged,
    HostLeft,
    MeetupRoomDue,
    MeetupRoomOpened,
    OccurrenceCancelled,
    OccurrenceEnded,
    OccurrenceReminderDue,
    OccurrenceRescheduled,
    OfferExpiryDue,
    RsvpConfirmed,
    RsvpPromoted,
    RsvpWithdrawn,
    SeriesChanged,
    SeriesExtensionDue,
    SeriesResumed,
)
from community.members.events import MemberDeactivated, MemberSuspended


@handlers.on(MemberSuspended, MemberDeactivated)
def withdraw_member(uow: UnitOfWork, event: MemberSuspended | MemberDeactivated) -> None:
    """Pass the seats of a member who can no longer come on to the waitlist."""
    rsvps.withdraw_member(uow, event.member_id)


@handlers.on(OfferExpiryDue)
def expire_offers(uow: UnitOfWork, event: OfferExpiryDue) -> None:
    """Pass a lapsed offer on to the next member on the waitlist."""
    rsvps.expire_due_offers(uow, event.occurrence_id)


@handlers.on(SeriesExtensionDue)
def extend_series(uow: UnitOfWork, event: SeriesExtensionDue) -> None:
    """Create the occurrences of an endless series half a year ahead."""
    rsvps.extend_series(uow, event.meetup_id)


@handlers.on(OccurrenceReminderDue)
def run_due_step(uow: UnitOfWork, event: OccurrenceReminderDue) -> None:
    """Run a step before an occurrence: a reminder, unconfirmed seats, the last half hour."""
    scheduled_jobs.run_due_step(uow, occurrence_id=event.occurrence_id, version=event.version, minutes=event.minutes)


@handlers.on(OccurrenceEnded)
def pause_unconfirmed_series(uow: UnitOfWork, event: OccurrenceEnded) -> None:
    """Pause a series that no host looks after."""
    scheduled_jobs.pause_unconfirmed_series(uow, occurrence_id=event.occurrence_id, version=event.version)


@handlers.on(RsvpConfirmed, RsvpPromoted)
def report_no_contact(uow: UnitOfWork, event: RsvpConfirmed | RsvpPromoted) -> None:
    """Report two members with a no-contact order at the same occurrence."""
    scheduled_jobs.report_no_contact(uow, occurrence_id=event.occurrence_id, member_id=event.member_id)


@handlers.on(RsvpConfirmed, RsvpPromoted, RsvpWithdrawn)
def sync_room_member(uow: UnitOfWork, event: RsvpConfirmed | RsvpPromoted | RsvpWithdrawn) -> None:
    """Add an attendee to the meetup's room, or remove a former one."""
    chat_room.sync_member(uow, occurrence_id=event.occurrence_id, member_id=event.member_id)


RoomEvent = (
    MeetupRoomOpened | MeetupRoomDue | SeriesChanged | SeriesResumed | SeriesExtensionDue | HostChanged | HostLeft
)


@handlers.on(MeetupRoomOpened, MeetupRoomDue, SeriesChanged, SeriesResumed, SeriesExtensionDue, HostChanged, HostLeft)
def sync_room(uow: UnitOfWork, event: RoomEvent) -> None:
    """Update the room of a meetup that changed, has new occurrences, or ended some days ago."""
    chat_room.sync_room(uow, meetup_id=event.meetup_id)


@handlers.on(OccurrenceCancelled, OccurrenceRescheduled)
def sync_room_of_occurrence(uow: UnitOfWork, event: OccurrenceCancelled | OccurrenceRescheduled) -> None:
    """Update the room of a meetup after an occurrence was cancelled or moved."""
    chat_room.sync_room(uow, occurrence_id=event.occurrence_id)


@periodic.every(3600)
def correct_drifted_times(uow: UnitOfWork) -> bool:
    """Correct upcoming occurrences after the machine's time zone data changed."""
    return scheduled_jobs.correct_drifted_times(uow)
