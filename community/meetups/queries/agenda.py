"""Occurrences in order of time: the agenda and a month."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select

from community.core.db import Page, keyset_page
from community.core.unit_of_work import ReadContext
from community.meetups.models import Meetup, Occurrence
from community.meetups.queries.my_rsvps import my_rsvps
from community.meetups.queries.views import RsvpView

MAX_IN_MONTH = 500


@dataclass(frozen=True)
class AgendaItem:
    """An occurrence in a list. `local_day` is the day on which it begins for the actor."""

    id: UUID
    meetup_id: UUID
    title: str
    starts_at: datetime
    local_day: date
    kind: str
    state: str
    capacity: int | None
    going_count: int
    waitlist_count: int
    is_full: bool
    my_rsvp: RsvpView | None


@dataclass(frozen=True)
class Day:
    """A day of a month's page with its occurrences."""

    day: date
    is_out: bool
    is_today: bool
    dates: tuple[AgendaItem, ...]


@dataclass(frozen=True)
class Month:
    """Whole weeks, Sunday first, that cover a month."""

    first: date
    before: date
    after: date
    weeks: tuple[tuple[Day, ...], ...]


def agenda(ctx: ReadContext, *, cursor: str | None, limit: int) -> Page[AgendaItem]:
    """Return the upcoming occurrences, soonest first."""
    page = keyset_page(
        ctx.session,
        _shown().where(Occurrence.ends_at > ctx.now),
        by=(Occurrence.starts_at, Occurrence.id),
        cursor=cursor,
        limit=limit,
    )
    return Page(_views(ctx, page.items), page.next_cursor)


def month(ctx: ReadContext, *, first: date) -> Month:
    """Return the month that begins on this day, in the actor's time zone."""
    zone = ZoneInfo(ctx.actor.time_zone)
    after = (first + timedelta(days=32)).replace(day=1)
    start = first - timedelta(days=(first.weekday() + 1) % 7)
    end = after + timedelta(days=-after.isoweekday() % 7)
    midnights = [datetime(one.year, one.month, one.day, tzinfo=zone) for one in (start, end)]
    rows = ctx.session.scalars(
        _shown()
        .where(Occurrence.starts_at >= midnights[0], Occurrence.starts_at < midnights[1])
        .order_by(Occurrence.starts_at, Occurrence.id)
        .limit(MAX_IN_MONTH)
    ).all()
    views = _views(ctx, rows)
    today = ctx.now.astimezone(zone).date()
    days = [start + timedelta(days=number) for number in range((end - start).days)]
    shown = [
        Day(
            one,
            not first <= one < after,
            one == today,
            tuple(occurrence for occurrence in views if occurrence.local_day == one),
        )
        for one in days
    ]
    weeks = tuple(tuple(shown[place : place + 7]) for place in range(0, len(shown), 7))
    return Month(first, (first - timedelta(days=1)).replace(day=1), after, weeks)


def _shown() -> Select[Occurrence]:
    """Select the listed occurrences: those of paused series are left out."""
    return select(Occurrence).join(Meetup, Meetup.id == Occurrence.meetup_id).where(Meetup.paused_at.is_(None))


def _views(ctx: ReadContext, dates: Collection[Occurrence]) -> list[AgendaItem]:
    zone = ZoneInfo(ctx.actor.time_zone)
    wanted = {occurrence.meetup_id for occurrence in dates}
    rows = {row.id: row for row in ctx.session.scalars(select(Meetup).where(Meetup.id.in_(wanted)))} if wanted else {}
    mine = my_rsvps(ctx, [occurrence.id for occurrence in dates])
    return [_view(ctx, occurrence, rows[occurrence.meetup_id], mine.get(occurrence.id), zone) for occurrence in dates]


def _view(ctx: ReadContext, occurrence: Occurrence, row: Meetup, mine: RsvpView | None, zone: ZoneInfo) -> AgendaItem:
    own = occurrence.overrides or {}
    taken = occurrence.going_count + occurrence.held_count
    return AgendaItem(
        id=occurrence.id,
        meetup_id=row.id,
        title=own.get("title", row.title),
        starts_at=occurrence.starts_at,
        local_day=occurrence.starts_at.astimezone(zone).date(),
        kind=own.get("place", {}).get("kind", row.place_kind),
        state="completed" if occurrence.state == "scheduled" and occurrence.ends_at <= ctx.now else occurrence.state,
        capacity=occurrence.capacity,
        going_count=occurrence.going_count,
        waitlist_count=occurrence.waitlist_count,
        is_full=occurrence.capacity is not None and taken >= occurrence.capacity,
        my_rsvp=mine,
    )
