"""What happens to meetups and to answers."""

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
    """A date has another time or place."""

    occurrence_id: UUID
    version: int


@dataclass(frozen=True, kw_only=True)
class OccurrenceCancelled(Event, name="occurrence.cancelled"):
    """A date was called off."""

    occurrence_id: UUID
    version: int


@dataclass(frozen=True, kw_only=True)
class RsvpConfirmed(Event, name="rsvp.confirmed"):
    """Somebody is going."""

    occurrence_id: UUID
    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class RsvpWaitlisted(Event, name="rsvp.waitlisted"):
    """Somebody waits for a seat; `is_standing` when a standing answer put them in line."""

    occurrence_id: UUID
    member_id: UUID
    is_standing: bool = False


@dataclass(frozen=True, kw_only=True)
class RsvpPromoted(Event, name="rsvp.promoted"):
    """Somebody who waited got a seat that was freed."""

    occurrence_id: UUID
    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class RsvpWithdrawn(Event, name="rsvp.withdrawn"):
    """Somebody is no longer going or waiting."""

    occurrence_id: UUID
    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class RsvpOffered(Event, name="rsvp.offered"):
    """A seat is held for somebody who waits, until they take it or `expires_at`."""

    occurrence_id: UUID
    member_id: UUID
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class RsvpLapsed(Event, name="rsvp.lapsed"):
    """An offered seat was not taken in time and went on."""

    occurrence_id: UUID
    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class OfferExpiryDue(Event, name="rsvp.offer_expiry_due"):
    """The time of an offer is over. Planned when it is made."""

    occurrence_id: UUID


@dataclass(frozen=True, kw_only=True)
class SeatAvailable(Event, name="waitlist.seat_available"):
    """A seat is free shortly before the start: whoever waits may take it."""

    occurrence_id: UUID


@dataclass(frozen=True, kw_only=True)
class SeriesChanged(Event, name="series.changed"):
    """The rule, words or place of a meetup changed for dates to come."""

    meetup_id: UUID


@dataclass(frozen=True, kw_only=True)
class SeriesExtensionDue(Event, name="series.extension_due"):
    """An endless series needs its next dates. Planned whenever dates are made."""

    meetup_id: UUID


@dataclass(frozen=True, kw_only=True)
class OccurrenceReminderDue(Event, name="occurrence.reminder_due"):
    """A date begins in so many minutes. Planned for its version; one that moved plans anew."""

    occurrence_id: UUID
    version: int
    minutes: int


@dataclass(frozen=True, kw_only=True)
class OccurrenceEnded(Event, name="occurrence.ended"):
    """A date was over for a day. Planned as the last step of a date."""

    occurrence_id: UUID
    version: int


@dataclass(frozen=True, kw_only=True)
class OccurrenceUpcoming(Event, name="occurrence.upcoming"):
    """Who is going and wants it is reminded, so many minutes before the start."""

    occurrence_id: UUID
    version: int
    minutes: int


@dataclass(frozen=True, kw_only=True)
class SeatReclaimed(Event, name="rsvp.seat_reclaimed"):
    """Somebody did not say whether they still come to a date that moved; their seat went on."""

    occurrence_id: UUID
    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class SeriesPaused(Event, name="series.paused"):
    """A series whose host was not heard of for three dates rests."""

    meetup_id: UUID


@dataclass(frozen=True, kw_only=True)
class SeriesResumed(Event, name="series.resumed"):
    """A host took a series up again."""

    meetup_id: UUID
    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class HostChanged(Event, name="host.changed"):
    """Somebody hosts a meetup from now on."""

    meetup_id: UUID
    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class AttendanceNoShow(Event, name="attendance.no_show"):
    """Somebody who was going has not come for the third time, or the sixth."""

    member_id: UUID
    occurrence_id: UUID


@dataclass(frozen=True, kw_only=True)
class BlockedPairDetected(Event, name="blocked_pair.detected"):
    """Two who must not meet, by order, are going to the same date."""

    occurrence_id: UUID
    meetup_id: UUID
    first_id: UUID
    second_id: UUID


@dataclass(frozen=True, kw_only=True)
class HostLeft(Event, name="host.left"):
    """Somebody hosts a meetup no more."""

    meetup_id: UUID
    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class MeetupRoomOpened(Event, name="meetup_room.opened"):
    """A meetup has a chat room from now on, or again."""

    meetup_id: UUID
    room_id: UUID


@dataclass(frozen=True, kw_only=True)
class MeetupRoomDue(Event, name="meetup_room.due", urgency=Priority.TIMED):
    """A date of a meetup with a room is over for some days. Planned for one date at a time."""

    meetup_id: UUID
