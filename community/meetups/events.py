"""What happens to meetups and to answers."""

from dataclasses import dataclass
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
    """Somebody waits for a seat."""

    occurrence_id: UUID
    member_id: UUID


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
