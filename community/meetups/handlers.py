"""What meetups do when something happened elsewhere, and when a planned moment comes."""

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
    """Who cannot come any more leaves the seat to the next in line."""
    rsvps.withdraw_member(uow, event.member_id)


@handlers.on(OfferExpiryDue)
def expire_offers(uow: UnitOfWork, event: OfferExpiryDue) -> None:
    """An offer that nobody took goes to the next in line."""
    rsvps.expire_due_offers(uow, event.occurrence_id)


@handlers.on(SeriesExtensionDue)
def extend_series(uow: UnitOfWork, event: SeriesExtensionDue) -> None:
    """An endless series has its dates half a year ahead."""
    rsvps.extend_series(uow, event.meetup_id)


@handlers.on(OccurrenceReminderDue)
def run_due_step(uow: UnitOfWork, event: OccurrenceReminderDue) -> None:
    """A date comes nearer: reminders, unconfirmed seats, the last half hour."""
    scheduled_jobs.run_due_step(uow, occurrence_id=event.occurrence_id, version=event.version, minutes=event.minutes)


@handlers.on(OccurrenceEnded)
def pause_unconfirmed_series(uow: UnitOfWork, event: OccurrenceEnded) -> None:
    """A series that no host looks after pauses."""
    scheduled_jobs.pause_unconfirmed_series(uow, occurrence_id=event.occurrence_id, version=event.version)


@handlers.on(RsvpConfirmed, RsvpPromoted)
def report_no_contact(uow: UnitOfWork, event: RsvpConfirmed | RsvpPromoted) -> None:
    """Two who must not meet go to the same date: somebody should know."""
    scheduled_jobs.report_no_contact(uow, occurrence_id=event.occurrence_id, member_id=event.member_id)


@handlers.on(RsvpConfirmed, RsvpPromoted, RsvpWithdrawn)
def sync_room_member(uow: UnitOfWork, event: RsvpConfirmed | RsvpPromoted | RsvpWithdrawn) -> None:
    """Who goes is in the meetup's room, who goes no more is not."""
    chat_room.sync_member(uow, occurrence_id=event.occurrence_id, member_id=event.member_id)


RoomEvent = (
    MeetupRoomOpened | MeetupRoomDue | SeriesChanged | SeriesResumed | SeriesExtensionDue | HostChanged | HostLeft
)


@handlers.on(MeetupRoomOpened, MeetupRoomDue, SeriesChanged, SeriesResumed, SeriesExtensionDue, HostChanged, HostLeft)
def sync_room(uow: UnitOfWork, event: RoomEvent) -> None:
    """A meetup changed, has new dates, or one of it is long over: who belongs into its room, and is it needed?"""
    chat_room.sync_room(uow, meetup_id=event.meetup_id)


@handlers.on(OccurrenceCancelled, OccurrenceRescheduled)
def sync_room_of_occurrence(uow: UnitOfWork, event: OccurrenceCancelled | OccurrenceRescheduled) -> None:
    """A date is off or moved: the same question."""
    chat_room.sync_room(uow, occurrence_id=event.occurrence_id)


@periodic.every(3600)
def correct_drifted_times(uow: UnitOfWork) -> bool:
    """Correct dates to come after the time zone data of this machine changed."""
    return scheduled_jobs.correct_drifted_times(uow)
