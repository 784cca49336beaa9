"""Events of meetups, occurrences and RSVPs."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from community.core.events import Event, Priority


@dataclass(frozen=True, kw_only=True)
class MeetupPosted(Event, name="meetup.posted"):
    """A coordinator posted a meetup."""

    meetup_id: UUID
    host_id: UUID


@dataclass(frozen=True, kw_only=True)
class OccurrenceRescheduled(Event, name="occurrence.rescheduled"):
    """An occurrence has another time or place."""

    occurrence_id: UUID
    version: int


@dataclass(frozen=True, kw_only=True)
class OccurrenceCancelled(Event, name="occurrence.cancelled"):
    """An occurrence was cancelled."""

    occurrence_id: UUID
    version: int


@dataclass(frozen=True, kw_only=True)
class RsvpConfirmed(Event, name="rsvp.confirmed"):
    """A member is going."""

    occurrence_id: UUID
    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class RsvpWaitlisted(Event, name="rsvp.waitlisted"):
    """A member is on the waitlist; `is_standing` when a standing RSVP put them there."""

    occurrence_id: UUID
    member_id: UUID
    is_standing: bool = False


@dataclass(frozen=True, kw_only=True)
class RsvpPromoted(Event, name="rsvp.promoted"):
    """A member on the waitlist got a freed seat."""

    occurrence_id: UUID
    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class RsvpWithdrawn(Event, name="rsvp.withdrawn"):
    """A member is no longer going or waiting."""

    occurrence_id: UUID
    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class RsvpOffered(Event, name="rsvp.offered"):
    """A seat is offered to a member on the waitlist until they take it or `expires_at`."""

    occurrence_id: UUID
    member_id: UUID
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class RsvpLapsed(Event, name="rsvp.lapsed"):
    """An offered seat was not taken in time and was passed on."""

    occurrence_id: UUID
    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class OfferExpiryDue(Event, name="rsvp.offer_expiry_due"):
    """The time of an offer is over. Scheduled when the offer is made."""

    occurrence_id: UUID


@dataclass(frozen=True, kw_only=True)
class SeatAvailable(Event, name="waitlist.seat_available"):
    """A seat is free shortly before the start and open to the first on the waitlist who claims it."""

    occurrence_id: UUID


@dataclass(frozen=True, kw_only=True)
class SeriesChanged(Event, name="series.changed"):
    """The rule, texts or place of a meetup changed for upcoming occurrences."""

    meetup_id: UUID


@dataclass(frozen=True, kw_only=True)
class SeriesExtensionDue(Event, name="series.extension_due"):
    """An endless series needs its next occurrences. Scheduled whenever occurrences are created."""

    meetup_id: UUID


@dataclass(frozen=True, kw_only=True)
class OccurrenceReminderDue(Event, name="occurrence.reminder_due"):
    """An occurrence begins in this many minutes. Scheduled for its version; a moved one is scheduled anew."""

    occurrence_id: UUID
    version: int
    minutes: int


@dataclass(frozen=True, kw_only=True)
class OccurrenceEnded(Event, name="occurrence.ended"):
    """An occurrence ended a day ago. Scheduled as its last step."""

    occurrence_id: UUID
    version: int


@dataclass(frozen=True, kw_only=True)
class OccurrenceUpcoming(Event, name="occurrence.upcoming"):
    """Attendees who want a reminder this many minutes before the start get it."""

    occurrence_id: UUID
    version: int
    minutes: int


@dataclass(frozen=True, kw_only=True)
class SeatReclaimed(Event, name="rsvp.seat_reclaimed"):
    """An attendee did not confirm a moved occurrence in time; their seat was passed on."""

    occurrence_id: UUID
    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class SeriesPaused(Event, name="series.paused"):
    """A series was paused after no host confirmed three occurrences."""

    meetup_id: UUID


@dataclass(frozen=True, kw_only=True)
class SeriesResumed(Event, name="series.resumed"):
    """A host resumed a series."""

    meetup_id: UUID
    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class HostChanged(Event, name="host.changed"):
    """A member became host or co-host of a meetup."""

    meetup_id: UUID
    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class AttendanceNoShow(Event, name="attendance.no_show"):
    """A member who was going did not come, for the third time, the sixth and so on."""

    member_id: UUID
    occurrence_id: UUID


@dataclass(frozen=True, kw_only=True)
class BlockedPairDetected(Event, name="blocked_pair.detected"):
    """Two members with a no-contact order are going to the same occurrence."""

    occurrence_id: UUID
    meetup_id: UUID
    first_id: UUID
    second_id: UUID


@dataclass(frozen=True, kw_only=True)
class HostLeft(Event, name="host.left"):
    """A member no longer hosts a meetup."""

    meetup_id: UUID
    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class MeetupRoomOpened(Event, name="meetup_room.opened"):
    """A meetup's chat room was opened or reopened."""

    meetup_id: UUID
    room_id: UUID


@dataclass(frozen=True, kw_only=True)
class MeetupRoomDue(Event, name="meetup_room.due", priority=Priority.TIMED):
    """An occurrence of a meetup with a room ended some days ago. Scheduled for one occurrence at a time."""

    meetup_id: UUID
