"""Onboardings as the newcomer, their greeter and companions see them, and as a figure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from community.buddies.queries.availability import has_profile
from community.core.minimum_group import MIN_GROUP_SIZE
from community.core.permissions import Permission
from community.core.unit_of_work import ReadContext
from community.meetups.queries import meetups as meetups_queries
from community.meetups.queries.attendees import meetup_id_of
from community.meetups.queries.views import MeetupView, OccurrenceView
from community.meetups.rules.rsvps import RsvpState
from community.members.queries.blocks import blocked_ids
from community.members.queries.helping import can_help
from community.members.queries.people import handles
from community.onboarding import access, rules
from community.onboarding.models import Onboarding
from community.onboarding.rules import STEPS
from community.rooms.queries.public import is_in_shared_room, room_name

SEARCHED = 60  # occurrences, among which a daily call online must not hide the next meetup in person
FIGURE_SPAN = timedelta(days=90)


@dataclass(frozen=True)
class CompanionMeetup:
    """An occurrence at which a newcomer has or could have a companion. `time_zone` is the place's."""

    occurrence_id: UUID
    title: str
    url: str
    starts_at: datetime
    time_zone: str


@dataclass(frozen=True)
class OnboardingView:
    """My onboarding: which of the four steps (hello, room, buddy, door) are done, and my greeter.

    `room_name` and `room_id` are the room to begin in. `door` is the occurrence at which I asked for a companion, or
    the next one where I could. `is_wanted` says that I asked, and `companion` is who it is. `is_first_day` says that I
    joined within the last day.
    """

    done: dict[str, bool]
    greeter: str | None
    hello_room_id: UUID | None
    room_id: UUID | None
    room_name: str | None
    door: CompanionMeetup | None
    is_wanted: bool
    companion: str | None
    is_first_day: bool


@dataclass(frozen=True)
class NewcomerView:
    """A newcomer whom I greet or may accompany. `room_id` is the room of the two of us, once I have written there.

    `i_go` says that I go to the occurrence. Coordinators also see newcomers without a companion at one they do not go
    to.
    """

    member_id: UUID
    handle: str
    started_at: datetime
    room_id: UUID | None
    door: CompanionMeetup | None = None
    i_wait: bool = False
    i_go: bool = False


@dataclass(frozen=True)
class GreeterView:
    """The actor's offer to greet, the newcomers whom they greet, and those whom they may accompany.

    `first_room_id` is the room in which newcomers begin, if a coordinator has chosen one.
    """

    offers: bool
    mine: tuple[NewcomerView, ...]
    companion_requests: tuple[NewcomerView, ...]
    first_room_id: UUID | None


@dataclass(frozen=True)
class Completion:
    """Members whose first seven days ended within 90 days, and those with all four steps. None for under eleven."""

    people: int | None
    all_four: int | None


def my_onboarding(ctx: ReadContext) -> OnboardingView | None:
    """Return the actor's onboarding while it is shown."""
    row = access.own_onboarding(ctx)
    if row is None:
        return None
    done = completed_steps(ctx.session, row)
    names = handles(ctx.session, {one for one in (row.greeter_id, row.companion_id) if one})
    hidden = blocked_ids(ctx.session, ctx.actor.id)
    occurrences, _ = _upcoming_meetups(ctx)
    door = _meetup_of(row, occurrences) if row.occurrence_id else next(_meetups_with_companion(ctx), None)
    return OnboardingView(
        done=done,
        greeter=names.get(row.greeter_id) if row.greeter_id and row.greeter_id not in hidden else None,
        hello_room_id=row.hello_room_id if row.greeted_at else None,
        room_id=row.room_id,
        room_name=room_name(ctx.session, row.room_id) if row.room_id else None,
        door=door,
        is_wanted=row.occurrence_id is not None and row.occurrence_id in occurrences,
        companion=names.get(row.companion_id) if row.companion_id and row.companion_id not in hidden else None,
        is_first_day=row.started_at > ctx.now - timedelta(days=1),
    )


def my_newcomers(ctx: ReadContext) -> GreeterView:
    """Return the newcomers whom the actor greets and may accompany. There are none while they may not help."""
    if not can_help(ctx.session, ctx.actor.id, now=ctx.now):
        return _greeter_view(ctx)
    hidden = blocked_ids(ctx.session, ctx.actor.id)
    rows = ctx.session.scalars(
        select(Onboarding)
        .where(Onboarding.started_at > ctx.now - timedelta(days=14), Onboarding.member_id != ctx.actor.id)
        .order_by(Onboarding.started_at.desc(), Onboarding.member_id)
    ).all()
    seen = [row for row in rows if row.member_id not in hidden]
    names = handles(ctx.session, {row.member_id for row in seen})
    occurrences, going = _upcoming_meetups(ctx)
    mine, companion_requests = [], []
    for row in seen:
        about = (row.member_id, names.get(row.member_id, ""), row.started_at)
        if row.greeter_id == ctx.actor.id:
            mine.append(NewcomerView(*about, row.hello_room_id if row.greeted_at else None))
        door, i_go, i_wait = _meetup_of(row, occurrences), row.occurrence_id in going, row.companion_id == ctx.actor.id
        is_to_find = row.companion_id is None and ctx.actor.may(Permission.WELCOME_NEWCOMERS)
        if door is not None and (is_to_find or (i_go and (i_wait or row.companion_id is None))):
            companion_requests.append(NewcomerView(*about, None, door, i_wait, i_go))
    return _greeter_view(ctx, mine, companion_requests)


def _greeter_view(
    ctx: ReadContext, mine: Sequence[NewcomerView] = (), companion_requests: Sequence[NewcomerView] = ()
) -> GreeterView:
    chosen = access.newcomer_room(ctx)
    offers = access.own_greeter_offer(ctx) is not None
    return GreeterView(offers, tuple(mine), tuple(companion_requests), chosen.room_id if chosen else None)


def completion(ctx: ReadContext) -> Completion:
    """Return how many members completed their onboarding. Raises Forbidden."""
    _ = ctx.permitted(Permission.SEE_FIGURES)
    counts = ctx.session.scalars(
        select(Onboarding.completed_steps).where(
            Onboarding.completed_steps.is_not(None), Onboarding.ends_at > ctx.now - FIGURE_SPAN
        )
    ).all()
    if len(counts) < MIN_GROUP_SIZE:
        return Completion(None, None)
    return Completion(len(counts), sum(count == len(STEPS) for count in counts))


def completed_steps(session: Session, row: Onboarding) -> dict[str, bool]:
    """Return which of the four steps are done."""
    return {
        "hello": row.greeted_at is not None,
        "room": is_in_shared_room(session, member_id=row.member_id),
        "buddy": has_profile(session, row.member_id),
        "door": row.companion_id is not None,
    }


def _meetup_of(row: Onboarding, occurrences: dict[UUID, CompanionMeetup]) -> CompanionMeetup | None:
    return occurrences.get(row.occurrence_id) if row.occurrence_id else None


def can_be_met_at(ctx: ReadContext, occurrence_id: UUID) -> bool:
    """Return whether someone can wait at the door of an occurrence: in person, at waking hours of the place."""
    meetup_id = meetup_id_of(ctx, occurrence_id)
    if meetup_id is None:
        return False
    view = meetups_queries.meetup(ctx, meetup_id, with_date=occurrence_id)
    return any(one.id == occurrence_id and _can_be_met_at(one) for one in view.occurrences)


def _meetups_with_companion(ctx: ReadContext) -> Iterator[CompanionMeetup]:
    found = meetups_queries.next_meetups(ctx, limit=SEARCHED)
    return (_companion_meetup(meetup, occurrence) for meetup, occurrence in found if _can_be_met_at(occurrence))


def _can_be_met_at(occurrence: OccurrenceView) -> bool:
    return rules.can_be_met(kind=occurrence.place.kind, hour=occurrence.starts_at_local.hour)


def _companion_meetup(meetup: MeetupView, occurrence: OccurrenceView) -> CompanionMeetup:
    return CompanionMeetup(
        occurrence.id, occurrence.title, f"/meetups/{meetup.id}", occurrence.starts_at, meetup.time_zone
    )


def _upcoming_meetups(ctx: ReadContext) -> tuple[dict[UUID, CompanionMeetup], set[UUID]]:
    """Return the occurrences that the actor may go to, soonest first, and the ids of those they go to."""
    found = meetups_queries.next_meetups(ctx, limit=SEARCHED)
    occurrences = {occurrence.id: _companion_meetup(meetup, occurrence) for meetup, occurrence in found}
    return occurrences, {
        occurrence.id
        for _, occurrence in found
        if occurrence.my_rsvp is not None and occurrence.my_rsvp.state == RsvpState.GOING
    }
