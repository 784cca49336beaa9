"""Meetups, dates and answers as they are shown."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from community.meetups.rules.rsvps import RsvpState
from community.rooms.queries.linked_pages import ActiveSanction

MAX_SEAT_DOTS = 24


@dataclass(frozen=True)
class RsvpView:
    """My answer; `waitlist_position` is the present place in line, 1 is next.

    `offer_expires_at`: until when a seat is held for me. `asks_again`: the date moved far, do I still come?
    `is_standing`: it follows from my answer to the series.
    """

    state: str
    waitlist_position: int | None
    offer_expires_at: datetime | None = None
    asks_again: bool = False
    is_standing: bool = False


@dataclass(frozen=True)
class PlaceView:
    """Where it is; the address shows to those going and to its hosts, the link to them from shortly before."""

    kind: str
    address: str | None
    url: str | None


@dataclass(frozen=True)
class OccurrenceView:
    """A date as the actor sees it. Title, words, place and length are its own where it differs from its meetup."""

    id: UUID
    starts_at: datetime
    ends_at: datetime
    version: int
    state: str
    capacity: int | None
    going_count: int
    held_count: int
    waitlist_count: int
    my_rsvp: RsvpView | None
    cancel_reason: str | None
    starts_at_local: datetime
    title: str
    description: str
    place: PlaceView
    duration_minutes: int
    is_moved: bool
    is_confirmed: bool

    @property
    def has_free_seat(self) -> bool:
        """Whether somebody who comes now gets a seat."""
        return self.capacity is None or self.going_count + self.held_count < self.capacity

    @property
    def seat_dots(self) -> tuple[str, ...]:
        """The seats as they are drawn: taken ones, mine, held ones, free ones; none where that would be a crowd."""
        if self.capacity is None or self.capacity > MAX_SEAT_DOTS:
            return ()
        is_mine = self.my_rsvp is not None and self.my_rsvp.state == RsvpState.GOING
        free = self.capacity - self.going_count - self.held_count
        others = self.going_count - is_mine
        return ("is-taken",) * others + ("is-me",) * is_mine + ("is-held",) * self.held_count + ("",) * free


@dataclass(frozen=True)
class MeetupView:
    """A meetup with its dates.

    `has_room`: those going can talk in a room. `room_id` is there for who may see it, also after it was closed.
    `room_measure`: the member is kept out of it, or from writing in it.
    """

    id: UUID
    title: str
    description: str
    time_zone: str
    duration_minutes: int
    capacity: int | None
    host: str
    co_hosts: tuple[str, ...]
    place: PlaceView
    state: str
    recurrence: str | None
    recurrence_words: str | None
    my_standing: str | None
    is_mine: bool
    has_room: bool
    room_id: UUID | None
    room_is_closed: bool
    room_measure: ActiveSanction | None
    occurrences: tuple[OccurrenceView, ...]
