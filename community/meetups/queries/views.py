"""Views of meetups, occurrences and RSVPs."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from community.meetups.rules.capacity import seats_left
from community.meetups.rules.clocks import Clock
from community.meetups.rules.rsvps import RsvpState
from community.rooms.queries.linked_pages import ActiveSanction

MAX_SEAT_DOTS = 24


@dataclass(frozen=True)
class RsvpView:
    """My RSVP. `waitlist_position` is my present place on the waitlist; 1 is next.

    `offer_expires_at`: a seat is offered to me until then. `asks_again`: the occurrence moved far, and I have not
    confirmed yet. `is_standing`: it follows from my answer to the series.
    """

    state: str
    waitlist_position: int | None
    offer_expires_at: datetime | None = None
    asks_again: bool = False
    is_standing: bool = False


@dataclass(frozen=True)
class PlaceView:
    """A place. Attendees and hosts see the address, and the link from shortly before the start."""

    kind: str
    address: str | None
    url: str | None


@dataclass(frozen=True)
class OccurrenceView:
    """An occurrence as the actor sees it, with its overrides applied."""

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
    clock: Clock

    @property
    def kind(self) -> str:
        """Return `in_person`, `online` or `hybrid`."""
        return self.place.kind

    @property
    def has_free_seat(self) -> bool:
        """Return whether a member who comes now gets a seat."""
        return self.free_seats != 0

    @property
    def free_seats(self) -> int | None:
        """Return the number of seats neither taken nor offered, or None without a limit."""
        return seats_left(capacity=self.capacity, going=self.going_count, held=self.held_count)

    @property
    def seat_dots(self) -> tuple[str, ...]:
        """Return the seats as they are drawn: taken, mine, offered, free; empty for more than MAX_SEAT_DOTS."""
        if self.capacity is None or self.capacity > MAX_SEAT_DOTS:
            return ()
        is_mine = self.my_rsvp is not None and self.my_rsvp.state == RsvpState.GOING
        free = self.free_seats or 0
        others = self.going_count - is_mine
        return ("is-taken",) * others + ("is-me",) * is_mine + ("is-held",) * self.held_count + ("",) * free


@dataclass(frozen=True)
class MeetupView:
    """A meetup with its occurrences.

    `has_room`: attendees can talk in a room. `room_id` is given to those who may see it, also after it was closed.
    `room_measure`: a sanction that keeps the member out of it, or from writing in it.
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
