"""Somebody's first seven days as they see them, as their greeter does, and as a figure. All from rows."""

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
from community.meetups.rules.rsvps import RsvpState
from community.members.queries.blocks import blocked_ids
from community.members.queries.helping import may_help_now
from community.members.queries.people import handles
from community.onboarding import access
from community.onboarding.models import FirstWeek
from community.onboarding.rules import STEPS
from community.rooms.queries.public import is_in_a_common_room, name_of

FIGURE_SPAN = timedelta(days=90)


@dataclass(frozen=True)
class CompanionMeetup:
    """A date at which somebody is met, or could be."""

    occurrence_id: UUID
    title: str
    url: str
    starts_at: datetime


@dataclass(frozen=True)
class OnboardingView:
    """My first days: which of the four are done (hello, room, buddy, door), who welcomes me and where.

    `room_name` and `room_id` are where to begin; `door` is the date at which I am met, or the next at which I could be;
    `is_wanted` that I asked for it, and `companion` who waits for me.
    """

    done: dict[str, bool]
    greeter: str | None
    hello_room_id: UUID | None
    room_id: UUID | None
    room_name: str | None
    door: CompanionMeetup | None
    is_wanted: bool
    companion: str | None


@dataclass(frozen=True)
class NewcomerView:
    """Somebody new whom I welcome, or may meet at a door; `room_id` is the room of us two.

    `i_go`: that I go to that date. Coordinators see also those where nobody waits yet and they do not go.
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
    """What I do for those who are new."""

    offers: bool
    mine: tuple[NewcomerView, ...]
    doors: tuple[NewcomerView, ...]


@dataclass(frozen=True)
class Completion:
    """Of those whose first seven days ended in 90 days: how many, and how many had all four. None under eleven."""

    people: int | None
    all_four: int | None


def my_onboarding(ctx: ReadContext) -> OnboardingView | None:
    """The actor's first days, while they show and not all of it is done."""
    row = access.own_onboarding(ctx)
    if row is None:
        return None
    done = completed_steps(ctx.session, row)
    names = handles(ctx.session, {one for one in (row.greeter_id, row.companion_id) if one})
    hidden = blocked_ids(ctx.session, ctx.actor.id)
    dates, _ = _upcoming_meetups(ctx)
    door = _meetup_of(row, dates) if row.occurrence_id else next(iter(dates.values()), None)
    return OnboardingView(
        done=done,
        greeter=names.get(row.greeter_id) if row.greeter_id and row.greeter_id not in hidden else None,
        hello_room_id=row.hello_room_id,
        room_id=row.room_id,
        room_name=name_of(ctx.session, row.room_id) if row.room_id else None,
        door=door,
        is_wanted=row.occurrence_id is not None and row.occurrence_id in dates,
        companion=names.get(row.companion_id) if row.companion_id and row.companion_id not in hidden else None,
    )


def my_newcomers(ctx: ReadContext) -> GreeterView:
    """Return whom the actor welcomes and whom they could meet at a door. No one, while they may not help."""
    if not may_help_now(ctx.session, ctx.actor.id, now=ctx.now):
        return GreeterView(access.own_greeter_offer(ctx) is not None, (), ())
    hidden = blocked_ids(ctx.session, ctx.actor.id)
    rows = ctx.session.scalars(
        select(FirstWeek)
        .where(FirstWeek.started_at > ctx.now - timedelta(days=14), FirstWeek.member_id != ctx.actor.id)
        .order_by(FirstWeek.started_at.desc(), FirstWeek.member_id)
    ).all()
    seen = [row for row in rows if row.member_id not in hidden]
    names = handles(ctx.session, {row.member_id for row in seen})
    dates, going = _upcoming_meetups(ctx)
    mine, doors = [], []
    for row in seen:
        about = (row.member_id, names.get(row.member_id, ""), row.started_at)
        if row.greeter_id == ctx.actor.id:
            mine.append(NewcomerView(*about, row.hello_room_id))
        door, i_go, i_wait = _meetup_of(row, dates), row.occurrence_id in going, row.companion_id == ctx.actor.id
        is_to_find = row.companion_id is None and ctx.actor.may(Permission.WELCOME_NEWCOMERS)
        if door is not None and (is_to_find or (i_go and (i_wait or row.companion_id is None))):
            doors.append(NewcomerView(*about, None, door, i_wait, i_go))
    return GreeterView(access.own_greeter_offer(ctx) is not None, tuple(mine), tuple(doors))


def completion(ctx: ReadContext) -> Completion:
    """The coordinators' first figure. Raises Forbidden."""
    _ = ctx.permitted(Permission.SEE_FIGURES)
    counts = ctx.session.scalars(
        select(FirstWeek.steps_done).where(FirstWeek.steps_done.is_not(None), FirstWeek.ends_at > ctx.now - FIGURE_SPAN)
    ).all()
    if len(counts) < MIN_GROUP_SIZE:
        return Completion(None, None)
    return Completion(len(counts), sum(count == len(STEPS) for count in counts))


def completed_steps(session: Session, row: FirstWeek) -> dict[str, bool]:
    """Which of the four are done, by the rows that say so."""
    return {
        "hello": row.greeted_at is not None,
        "room": is_in_a_common_room(session, member_id=row.member_id),
        "buddy": has_profile(session, row.member_id),
        "door": row.companion_id is not None,
    }


def _meetup_of(row: FirstWeek, dates: dict[UUID, CompanionMeetup]) -> CompanionMeetup | None:
    return dates.get(row.occurrence_id) if row.occurrence_id else None


def _upcoming_meetups(ctx: ReadContext) -> tuple[dict[UUID, CompanionMeetup], set[UUID]]:
    """The dates to come that the actor may go to, soonest first, and to which of them they go."""
    found = meetups_queries.next_meetups(ctx, limit=20)
    dates = {
        date.id: CompanionMeetup(date.id, meetup.title, f"/meetups/{meetup.id}", date.starts_at)
        for meetup, date in found
    }
    return dates, {date.id for _, date in found if date.my_rsvp is not None and date.my_rsvp.state == RsvpState.GOING}
