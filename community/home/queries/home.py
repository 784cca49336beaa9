"""The start page of a member: rooms, next meetups, buddy, and the one next step."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from community.buddies.access.profiles import own_profile
from community.buddies.queries import pairings, suggestions
from community.buddies.queries.pairings import PairingView
from community.check_ins.queries import check_ins, schedule
from community.check_ins.queries.check_ins import DayView
from community.check_ins.queries.recommendations import time_text
from community.core.permissions import Permission
from community.core.unit_of_work import ReadContext
from community.home import rules
from community.meetups.queries import meetups as meetups_queries
from community.meetups.rules.clocks import Clock
from community.meetups.rules.rsvps import RsvpState
from community.milestones import queries as milestones_queries
from community.milestones.rules import Progress
from community.onboarding import queries
from community.onboarding.queries import OnboardingView
from community.planned_support import queries as planned_support_queries
from community.reach_outs.queries import own_requests, reach_outs
from community.reach_outs.queries.reach_outs import AvailabilityView
from community.rooms.queries import rooms as rooms_queries
from community.rooms.queries.rooms import RoomView
from community.safety.queries import cases as safety_queries

MAX_ROOMS = 5
PLACES = {"in_person": "In person", "online": "Online", "hybrid": "In person and online"}


@dataclass(frozen=True)
class NextMeetup:
    """An upcoming occurrence. `state` is the actor's answer, if any."""

    title: str
    url: str
    starts_at: datetime
    clock: Clock
    place: str
    state: str | None


@dataclass(frozen=True)
class MyBuddy:
    """The actor's buddy."""

    handle: str
    url: str
    text: str


@dataclass(frozen=True)
class Home:
    """Everything on the start page. `evening` is the actor's availability when they are asked whether they are free."""

    greeting: str
    next_step: rules.NextStep | None
    is_check_in_first: bool
    day: DayView
    progress: Progress | None
    rooms: tuple[RoomView, ...]
    meetups: tuple[NextMeetup, ...]
    buddy: MyBuddy | None
    suggestions: int
    may_find_buddy: bool
    evening: AvailabilityView | None
    first_days: OnboardingView | None = None


def home_page(ctx: ReadContext) -> Home:
    """Return the actor's start page."""
    rooms = rooms_queries.my_rooms(ctx)
    buddies = pairings.my_buddies(ctx)
    waiting = suggestions.unanswered(ctx)
    dates = _next_meetups(ctx)
    first_days = _onboarding(ctx)
    day = check_ins.my_day(ctx)
    hour = ctx.now.astimezone(ZoneInfo(ctx.actor.time_zone)).hour
    availability = reach_outs.my_availability(ctx)
    next_step = rules.next_step(
        reports=safety_queries.count_open_cases(ctx) if ctx.actor.may(Permission.HANDLE_REPORTS) else 0,
        now=_step_of_this_hour(ctx, dates),
        suggestions=waiting,
        rooms=len(rooms) + (first_days is not None),  # the first days have a step of their own for the first room
        unanswered=None if first_days else _unanswered_step(ctx, dates),  # the first days have a meetup of their own
        did_it_help=check_ins.is_feedback_due(ctx),
    )
    return Home(
        greeting=rules.greeting(hour),
        next_step=next_step,
        is_check_in_first=rules.is_check_in_asked(
            waiting=next_step,
            rooms=len(rooms),
            is_asked=schedule.is_check_in_due(ctx),
            has_begun=schedule.has_schedule(ctx),
        ),
        day=day,
        progress=_progress(ctx),
        rooms=_unread_first([room for room in rooms if not room.archived])[:MAX_ROOMS],
        meetups=dates,
        buddy=_my_buddy(buddies, rooms),
        suggestions=waiting,
        may_find_buddy=not first_days and own_profile(ctx) is None,
        first_days=first_days,
        evening=availability
        if rules.is_asked_to_be_free(
            hour=hour,
            is_free=availability.until is not None,
            mood=day.check_in.answers.mood if day.check_in else None,
            is_new=first_days is not None or not rooms,
            asks_for_help=bool(own_requests.my_open_requests(ctx)),
        )
        else None,
    )


def _step_of_this_hour(ctx: ReadContext, meetups: tuple[NextMeetup, ...]) -> rules.NextStep | None:
    """Return the step to what the actor planned for now, or to a meetup of the next hours that they go to."""
    planned = planned_support_queries.current_planned_support(ctx)
    if planned:
        return rules.planned_step(planned)
    until = ctx.now + timedelta(hours=rules.SOON_HOURS)
    soon = next((one for one in meetups if one.state == RsvpState.GOING and one.starts_at < until), None)
    return rules.meetup_step(soon.title, when=_when(ctx, soon), url=soon.url) if soon else None


def _unanswered_step(ctx: ReadContext, meetups: tuple[NextMeetup, ...]) -> rules.NextStep | None:
    """Return the step to the first meetup that the actor has not answered."""
    first = next((one for one in meetups if one.state is None), None)
    return rules.answer_step(first.title, when=_when(ctx, first), url=first.url) if first else None


def _when(ctx: ReadContext, meetup: NextMeetup) -> str:
    return time_text(meetup.starts_at, now=ctx.now, clock=meetup.clock)


def _progress(ctx: ReadContext) -> Progress | None:
    """Return the progress of the actor's first milestone."""
    return next((one.counted for one in milestones_queries.my_milestones(ctx)), None)


def _onboarding(ctx: ReadContext) -> OnboardingView | None:
    """Return the actor's onboarding while a step of it is still open."""
    days = queries.my_onboarding(ctx)
    return None if days is None or all(days.done.values()) else days


def _my_buddy(buddies: list[PairingView], rooms: list[RoomView]) -> MyBuddy | None:
    if not buddies:
        return None
    first = buddies[0]
    unread = next((room.unread for room in rooms if room.id == first.room_id), 0)
    text = "Wrote to you" if unread else "Taking a break" if first.state == "paused" else "Say hello"
    more = f", and {len(buddies) - 1} more" if len(buddies) > 1 else ""
    url = f"/rooms/{first.room_id}" if unread else "/buddy" if more else f"/pairings/{first.id}"
    return MyBuddy(first.other.handle, url, text + more)


def _unread_first(rooms: list[RoomView]) -> tuple[RoomView, ...]:
    """Sort rooms with new messages first, then by their last message."""
    by_last_message = sorted(rooms, key=lambda room: room.last.at.timestamp() if room.last else 0, reverse=True)
    return tuple(sorted(by_last_message, key=lambda room: not room.unread))


def _next_meetups(ctx: ReadContext) -> tuple[NextMeetup, ...]:
    return tuple(
        NextMeetup(
            title=meetup.title,
            url=f"/meetups/{meetup.id}",
            starts_at=date.starts_at,
            clock=date.clock,
            place=PLACES.get(meetup.place.kind, ""),
            state=date.my_rsvp.state if date.my_rsvp else None,
        )
        for meetup, date in meetups_queries.next_meetups(ctx)
    )
