"""Occurrences in order of time: the agenda with its series folded, and a month."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, case, func, select

from community.core.db import Page, keyset_page
from community.core.unit_of_work import ReadContext
from community.meetups.models import Meetup, Occurrence
from community.meetups.queries.attendees import first_attendees
from community.meetups.queries.my_rsvps import my_rsvps
from community.meetups.queries.views import RsvpView
from community.meetups.rules.capacity import seats_left
from community.meetups.rules.clocks import Clock, clock_of
from community.meetups.rules.recurrence import from_json
from community.meetups.rules.rrule_text import how_often

MAX_IN_MONTH = 500
MAX_LATER = 12
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class AgendaItem:
    """An occurrence in a list. `local_day` is the day on which it begins, by the clock that it is shown with.

    `free_seats` is None without a limit.
    """

    id: UUID
    meetup_id: UUID
    title: str
    starts_at: datetime
    clock: Clock
    local_day: date
    kind: str
    state: str
    going_count: int
    waitlist_count: int
    free_seats: int | None
    my_rsvp: RsvpView | None


@dataclass(frozen=True)
class AgendaEntry:
    """A meetup in the agenda, with its next scheduled occurrence in front.

    `how_often` is empty for a meetup that happens once. `others` are the other upcoming occurrences of a series, at
    most MAX_LATER, soonest first: cancelled ones may come before the next one. `has_more`: there are further ones.
    `names` are the first attendees of the next one, `unnamed_count` is the number of further ones.
    """

    front: AgendaItem
    how_often: str
    others: tuple[AgendaItem, ...]
    has_more: bool
    names: tuple[str, ...]
    unnamed_count: int


@dataclass(frozen=True)
class Day:
    """A day of a month's page with its occurrences."""

    day: date
    is_out: bool
    is_today: bool
    occurrences: tuple[AgendaItem, ...]


@dataclass(frozen=True)
class Month:
    """Whole weeks, Sunday first, that cover a month. `before` and `after` are the first days of its neighbors."""

    first: date
    before: date
    after: date
    weeks: tuple[tuple[Day, ...], ...]
    today: date

    @property
    def listed(self) -> tuple[Day, ...]:
        """Return the shown days with occurrences: those from today on, unless the month is over."""
        since = self.today if self.today < self.after else date.min
        return tuple(day for week in self.weeks for day in week if day.occurrences and day.day >= since)

    @property
    def has_begun(self) -> bool:
        """Return whether something happened in the month before today."""
        return any(day.occurrences and day.day < self.today and not day.is_out for week in self.weeks for day in week)


def agenda(ctx: ReadContext, *, cursor: str | None, limit: int) -> Page[AgendaEntry]:
    """Return the meetups that have an upcoming occurrence, by their next scheduled one."""
    ranked = _upcoming(ctx, case((Occurrence.state == "scheduled", 0), else_=1)).subquery()
    page = keyset_page(
        ctx.session,
        select(Occurrence).where(Occurrence.id.in_(select(ranked.c.id).where(ranked.c.place == 1))),
        by=(Occurrence.starts_at, Occurrence.id),
        cursor=cursor,
        limit=limit,
    )
    return Page(_entries(ctx, page.items), page.next_cursor)


def month(ctx: ReadContext, *, first: date) -> Month:
    """Return the month that begins on this day."""
    zone = ZoneInfo(ctx.actor.time_zone)
    after = (first + timedelta(days=32)).replace(day=1)
    start = first - timedelta(days=(first.weekday() + 1) % 7)
    end = after + timedelta(days=-after.isoweekday() % 7)
    # A day more on either side: by the clock of its place an occurrence may be on another day than by the member's.
    since, until = (datetime(one.year, one.month, one.day, tzinfo=zone) for one in (start - ONE_DAY, end + ONE_DAY))
    found = ctx.session.scalars(
        select(Occurrence)
        .join(Meetup, Meetup.id == Occurrence.meetup_id)
        .where(Meetup.paused_at.is_(None), Occurrence.starts_at >= since, Occurrence.starts_at < until)
        .order_by(Occurrence.starts_at, Occurrence.id)
        .limit(MAX_IN_MONTH)
    ).all()
    by_day: dict[date, list[AgendaItem]] = defaultdict(list)
    for item in _items(ctx, found, _meetups(ctx, found)):
        by_day[item.local_day].append(item)
    today = ctx.now.astimezone(zone).date()
    days = [start + timedelta(days=number) for number in range((end - start).days)]
    shown = [Day(day, not first <= day < after, day == today, tuple(by_day.get(day, ()))) for day in days]
    weeks = tuple(tuple(shown[place : place + 7]) for place in range(0, len(shown), 7))
    return Month(first, (first - timedelta(days=1)).replace(day=1), after, weeks, today)


def _upcoming(ctx: ReadContext, *order: ColumnElement[Any]) -> Select[Any]:
    """Select the ids of upcoming occurrences, each with its `place` in its meetup. Paused series are left out."""
    place = func.row_number().over(
        partition_by=Occurrence.meetup_id, order_by=(*order, Occurrence.starts_at, Occurrence.id)
    )
    return (
        select(Occurrence.id, Occurrence.meetup_id, place.label("place"))
        .join(Meetup, Meetup.id == Occurrence.meetup_id)
        .where(Meetup.paused_at.is_(None), Occurrence.ends_at > ctx.now)
    )


def _entries(ctx: ReadContext, fronts: Collection[Occurrence]) -> list[AgendaEntry]:
    meetups = _meetups(ctx, fronts)
    rules = {row.id: from_json(row.recurrence) for row in meetups.values()}
    others = _others(ctx, fronts, [one for one, rule in rules.items() if rule is not None])
    items = {item.id: item for item in _items(ctx, [*fronts, *others], meetups)}
    others_of: dict[UUID, list[AgendaItem]] = defaultdict(list)
    for occurrence in others:
        others_of[occurrence.meetup_id].append(items[occurrence.id])
    names = first_attendees(ctx, [one.id for one in fronts])
    entries = []
    for occurrence in fronts:
        front, beside, rule = items[occurrence.id], others_of[occurrence.meetup_id], rules[occurrence.meetup_id]
        shown = names.get(front.id, ())
        entries.append(
            AgendaEntry(
                front=front,
                how_often=how_often(rule) if rule else "",
                others=tuple(beside[:MAX_LATER]),
                has_more=len(beside) > MAX_LATER,
                names=shown,
                unnamed_count=front.going_count - len(shown),
            )
        )
    return entries


def _others(ctx: ReadContext, fronts: Collection[Occurrence], series: Collection[UUID]) -> list[Occurrence]:
    """Return the upcoming occurrences of these series except the front ones, and one more than are shown."""
    ranked = _upcoming(ctx).where(Occurrence.meetup_id.in_(series)).subquery()
    found = ctx.session.scalars(
        select(Occurrence)
        .where(Occurrence.id.in_(select(ranked.c.id).where(ranked.c.place <= MAX_LATER + 2)))
        .where(Occurrence.id.not_in([one.id for one in fronts]))
        .order_by(Occurrence.starts_at, Occurrence.id)
    )
    return list(found) if series else []


def _meetups(ctx: ReadContext, occurrences: Collection[Occurrence]) -> dict[UUID, Meetup]:
    ids = {occurrence.meetup_id for occurrence in occurrences}
    return {row.id: row for row in ctx.session.scalars(select(Meetup).where(Meetup.id.in_(ids)))} if ids else {}


def _items(ctx: ReadContext, occurrences: Collection[Occurrence], meetups: dict[UUID, Meetup]) -> list[AgendaItem]:
    mine = my_rsvps(ctx, [occurrence.id for occurrence in occurrences])
    return [_item(ctx, one, meetups[one.meetup_id], mine.get(one.id)) for one in occurrences]


def _item(ctx: ReadContext, occurrence: Occurrence, meetup: Meetup, mine: RsvpView | None) -> AgendaItem:
    own = occurrence.overrides or {}
    kind = own.get("place", {}).get("kind", meetup.place_kind)
    clock = clock_of(kind, starts_at=occurrence.starts_at, there=meetup.time_zone, here=ctx.actor.time_zone)
    is_over = occurrence.state == "scheduled" and occurrence.ends_at <= ctx.now
    return AgendaItem(
        id=occurrence.id,
        meetup_id=meetup.id,
        title=own.get("title", meetup.title),
        starts_at=occurrence.starts_at,
        clock=clock,
        local_day=occurrence.starts_at.astimezone(ZoneInfo(clock.zone)).date(),
        kind=kind,
        state="completed" if is_over else occurrence.state,
        going_count=occurrence.going_count,
        waitlist_count=occurrence.waitlist_count,
        free_seats=seats_left(capacity=occurrence.capacity, going=occurrence.going_count, held=occurrence.held_count),
        my_rsvp=mine,
    )
