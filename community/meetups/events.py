"""What happens to meetups and to answers."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from community.core.events import Event


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
class OfferEnded(Event, name="offer.ended"):
    """The time of an offer is over. Planned when it is made."""

    occurrence_id: UUID


@dataclass(frozen=True, kw_only=True)
class SeatOpened(Event, name="seat.opened"):
    """A seat is free shortly before the start: whoever waits may take it."""

    occurrence_id: UUID


@dataclass(frozen=True, kw_only=True)
class SeriesChanged(Event, name="series.changed"):
    """The rule, words or place of a meetup changed for dates to come."""

    meetup_id: UUID


@dataclass(frozen=True, kw_only=True)
class DatesDue(Event, name="dates.due"):
    """An endless series needs its next dates. Planned whenever dates are made."""

    meetup_id: UUID
