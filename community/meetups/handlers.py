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

handlers.on(MemberSuspended, MemberDeactivated)(rsvps.withdraw_member)
handlers.on(OfferExpiryDue)(scheduled_jobs.expire_offers)
handlers.on(SeriesExtensionDue)(scheduled_jobs.extend_series)
handlers.on(OccurrenceReminderDue)(scheduled_jobs.run_due_step)
handlers.on(OccurrenceEnded)(scheduled_jobs.pause_unconfirmed_series)
handlers.on(RsvpConfirmed, RsvpPromoted)(scheduled_jobs.report_no_contact)
handlers.on(RsvpConfirmed, RsvpPromoted, RsvpWithdrawn)(chat_room.sync_member)
periodic.every(3600)(scheduled_jobs.correct_drifted_times)

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
