"""Recommendations for the actor: what is available now, and the text and address of each kind."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from community.buddies.queries import pairings
from community.check_ins.rules import recommendations
from community.check_ins.rules.recommendations import AvailableSupport
from community.core.text import clock_text
from community.core.unit_of_work import ReadContext
from community.meetups.queries import meetups as meetups_queries
from community.meetups.queries.views import MeetupView, OccurrenceView
from community.meetups.rules.clocks import Clock
from community.meetups.rules.rsvps import RsvpState
from community.rooms.queries import rooms as rooms_queries
from community.rooms.queries.rooms import RoomView

MEETUP_SPAN = timedelta(days=7)
MAX_MEETUPS = 10
PLACE_ICONS = {"in_person": "place", "online": "video", "hybrid": "place"}


@dataclass(frozen=True)
class Recommendation:
    """One thing to do next, with the address of its page."""

    kind: str
    title: str
    text: str
    url: str
    icon: str


def available_support(ctx: ReadContext) -> AvailableSupport:
    """Return what is available to the actor, for the rules."""
    found = _next_occurrence(ctx)
    hours = max(0.0, (found[1].starts_at - ctx.now).total_seconds() / 3600) if found else None
    return AvailableSupport(bool(pairings.my_buddies(ctx)), hours, _busiest_room(ctx) is not None)


def my_group_rooms(ctx: ReadContext) -> list[RoomView]:
    """Return the open and cohort rooms that the actor is in, at most five."""
    return [room for room in rooms_queries.my_rooms(ctx) if room.kind in ("open", "cohort") and not room.archived][:5]


def recommendations_for(ctx: ReadContext, kinds: tuple[str, ...]) -> tuple[Recommendation, ...]:
    """Return a recommendation for each of these kinds that is still available."""
    found = (_FINDERS[kind](ctx) for kind in kinds if kind in _FINDERS)
    return tuple(one for one in found if one is not None)


def kind_label(kind: str) -> str:
    """Return the label of a kind in the question what helped."""
    return {
        recommendations.BUDDY: "Writing to my buddy",
        recommendations.MEETUP: "A meetup",
        recommendations.BREATHE: "Breathing",
        recommendations.COORDINATOR: "A coordinator",
        recommendations.REACH_OUT: "Asking for someone",
        recommendations.ROOM: "A room",
    }[kind]


def _buddy(ctx: ReadContext) -> Recommendation | None:
    buddies = pairings.my_buddies(ctx)
    if not buddies:
        return None
    first = buddies[0]
    return Recommendation(
        "buddy", f"Write to {first.other.handle}", "A quick hello is enough", f"/rooms/{first.room_id}", "text"
    )


def _meetup(ctx: ReadContext) -> Recommendation | None:
    found = _next_occurrence(ctx)
    if found is None:
        return None
    meetup, occurrence = found
    url = f"/meetups/{meetup.id}?date={occurrence.id}"
    return Recommendation(
        "meetup",
        occurrence.title,
        _occurrence_text(occurrence, ctx),
        url,
        PLACE_ICONS.get(occurrence.place.kind, "meetups"),
    )


def _breathe(_ctx: ReadContext) -> Recommendation:
    return Recommendation("breathe", "Breathe for two minutes", "Works offline, too", "/breathe", "clock")


def _coordinator(_ctx: ReadContext) -> Recommendation:
    return Recommendation(
        "coordinator", "Talk to a coordinator", "One of them will write to you here", "/coordinator", "person"
    )


def _reach_out(_ctx: ReadContext) -> Recommendation:
    text = "Your buddy first, then people who are free now."
    return Recommendation("reach_out", "I need someone", text, "/reach-out", "buddy")


def _room(ctx: ReadContext) -> Recommendation | None:
    room = _busiest_room(ctx)
    if room is None:
        return None
    return Recommendation("room", f"Visit {room.name}", "Just reading is fine", f"/rooms/{room.id}", "rooms")


_FINDERS = {
    recommendations.BUDDY: _buddy,
    recommendations.MEETUP: _meetup,
    recommendations.BREATHE: _breathe,
    recommendations.COORDINATOR: _coordinator,
    recommendations.REACH_OUT: _reach_out,
    recommendations.ROOM: _room,
}


def _busiest_room(ctx: ReadContext) -> RoomView | None:
    rooms = [room for room in rooms_queries.my_rooms(ctx) if room.kind in ("open", "cohort")]
    return max(rooms, key=lambda room: room.last.at.timestamp() if room.last else 0.0, default=None)


def _next_occurrence(ctx: ReadContext) -> tuple[MeetupView, OccurrenceView] | None:
    """Return the next occurrence within a week that the actor goes to or could still go to."""
    for meetup, occurrence in meetups_queries.next_meetups(ctx, limit=MAX_MEETUPS):
        rsvp_state = occurrence.my_rsvp.state if occurrence.my_rsvp else None
        if occurrence.starts_at > ctx.now + MEETUP_SPAN:
            return None
        if rsvp_state in (RsvpState.GOING, RsvpState.MAYBE) or (rsvp_state is None and occurrence.has_free_seat):
            return meetup, occurrence
    return None


def _occurrence_text(occurrence: OccurrenceView, ctx: ReadContext) -> str:
    when = time_text(occurrence.starts_at, now=ctx.now, clock=occurrence.clock)
    if occurrence.my_rsvp and occurrence.my_rsvp.state == RsvpState.GOING:
        return f"{when}. You’re going"
    free = None if occurrence.capacity is None else occurrence.capacity - occurrence.going_count - occurrence.held_count
    return when if free is None else f"{when}. {free} {'seat' if free == 1 else 'seats'} left"


def time_text(moment: datetime, *, now: datetime, clock: Clock) -> str:
    """Return a moment to come by a clock: `Tonight at 7:00 pm`, `Saturday, Dec 5 at 6:30 pm Denver time`."""
    zone = ZoneInfo(clock.zone)
    local = moment.astimezone(zone)
    days = (local.date() - now.astimezone(zone).date()).days
    if days <= 0:
        day = "Tonight" if local.hour >= 17 else "Today"
    else:
        day = "Tomorrow" if days == 1 else local.strftime("%A, %b %-d")
    return f"{day} at {clock_text(local)}" + (f" {clock.name}" if clock.name else "")
