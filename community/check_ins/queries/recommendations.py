"""What there is for the actor just now, and how each kind of help is said and reached."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from community.buddies.queries import pairings
from community.buddies.queries.pairings import PairingView
from community.check_ins.rules import recommendations
from community.check_ins.rules.recommendations import Around
from community.core.unit_of_work import ReadContext
from community.meetups.queries import meetups as meetups_queries
from community.meetups.queries.views import MeetupView, OccurrenceView
from community.meetups.rules.rsvps import RsvpState
from community.rooms.queries import rooms as rooms_queries
from community.rooms.queries.rooms import RoomView

WEEK = timedelta(days=7)
LOOKED_AT = 10
PLACES = {"in_person": "place", "online": "video", "hybrid": "place"}


@dataclass(frozen=True)
class Offer:
    """One thing to do next: a tap leads there."""

    kind: str
    title: str
    text: str
    url: str
    icon: str


def my_buddies(ctx: ReadContext) -> list[PairingView]:
    """The pairings that go on."""
    return pairings.my_buddies(ctx)


def around(ctx: ReadContext) -> Around:
    """What there is, for the rules."""
    date = _next_date(ctx)
    hours = max(0.0, (date[1].starts_at - ctx.now).total_seconds() / 3600) if date else None
    return Around(bool(my_buddies(ctx)), hours, _room(ctx) is not None)


def my_talk_rooms(ctx: ReadContext) -> list[RoomView]:
    """The rooms of many that the actor is in, at most five."""
    return [room for room in rooms_queries.my_rooms(ctx) if room.kind in ("open", "cohort") and not room.archived][:5]


def offers(ctx: ReadContext, kinds: tuple[str, ...]) -> tuple[Offer, ...]:
    """Each of these kinds as it stands now; one that is not there any more is left out."""
    made = (_MAKERS[kind](ctx) for kind in kinds if kind in _MAKERS)
    return tuple(offer for offer in made if offer is not None)


def short_name(kind: str) -> str:
    """What a kind is called when somebody says that it helped."""
    return {
        recommendations.BUDDY: "Writing to my buddy",
        recommendations.MEETUP: "The meetup",
        recommendations.BREATHE: "Breathing",
        recommendations.COORDINATOR: "A coordinator",
        recommendations.REACH_OUT: "Asking for somebody",
        recommendations.ROOM: "The room",
    }[kind]


def _buddy(ctx: ReadContext) -> Offer | None:
    buddies = my_buddies(ctx)
    if not buddies:
        return None
    first = buddies[0]
    return Offer("buddy", f"Write to {first.other.handle}", "A line is enough", f"/rooms/{first.room_id}", "text")


def _meetup(ctx: ReadContext) -> Offer | None:
    found = _next_date(ctx)
    if found is None:
        return None
    meetup, date = found
    url = f"/meetups/{meetup.id}?date={date.id}"
    return Offer("meetup", date.title, _date_words(date, ctx), url, PLACES.get(date.place.kind, "meetups"))


def _breathe(_look: ReadContext) -> Offer:
    return Offer("breathe", "Breathe for two minutes", "Works without a connection, too", "/breathe", "clock")


def _coordinator(_look: ReadContext) -> Offer:
    return Offer(
        "coordinator", "Hear from a coordinator", "One of them gets in touch with you", "/coordinator", "person"
    )


def _reach_out(_look: ReadContext) -> Offer:
    text = "Your buddy first, then people who are free now."
    return Offer("reach_out", "I need someone", text, "/reach-out", "buddy")


def _room_offer(ctx: ReadContext) -> Offer | None:
    room = _room(ctx)
    if room is None:
        return None
    return Offer("room", f"Look into {room.name}", "Reading along is fine", f"/rooms/{room.id}", "rooms")


_MAKERS = {
    recommendations.BUDDY: _buddy,
    recommendations.MEETUP: _meetup,
    recommendations.BREATHE: _breathe,
    recommendations.COORDINATOR: _coordinator,
    recommendations.REACH_OUT: _reach_out,
    recommendations.ROOM: _room_offer,
}


def _room(ctx: ReadContext) -> RoomView | None:
    """A room of many that the actor is in, the liveliest first."""
    rooms = [room for room in rooms_queries.my_rooms(ctx) if room.kind in ("open", "cohort")]
    return max(rooms, key=lambda room: room.last.at.timestamp() if room.last else 0.0, default=None)


def _next_date(ctx: ReadContext) -> tuple[MeetupView, OccurrenceView] | None:
    """The nearest date of this week that the actor goes to or could still go to."""
    for meetup, date in meetups_queries.next_meetups(ctx, limit=LOOKED_AT):
        mine = date.my_rsvp.state if date.my_rsvp else None
        if date.starts_at > ctx.now + WEEK:
            return None
        if mine in (RsvpState.GOING, RsvpState.MAYBE) or (mine is None and date.has_free_seat):
            return meetup, date
    return None


def _date_words(date: OccurrenceView, ctx: ReadContext) -> str:
    when = _when(date.starts_at, ctx)
    if date.my_rsvp and date.my_rsvp.state == RsvpState.GOING:
        return f"{when}, you are going"
    free = None if date.capacity is None else date.capacity - date.going_count - date.held_count
    return when if free is None else f"{when}, {free} {'seat' if free == 1 else 'seats'} free"


def _when(moment: datetime, ctx: ReadContext) -> str:
    zone = ZoneInfo(ctx.actor.time_zone)
    local, today = moment.astimezone(zone), ctx.now.astimezone(zone).date()
    days = (local.date() - today).days
    clock = local.strftime("%-I:%M ") + local.strftime("%p").lower()
    if days <= 0:
        return f"{'Tonight' if local.hour >= 17 else 'Today'} at {clock}"
    return f"{'Tomorrow' if days == 1 else local.strftime('%A')} at {clock}"
