"""Reads about meetups: what comes, one of them with who is going, as the actor may see it."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from community.core.db import Page, keyset_page
from community.core.unit_of_work import Reading
from community.meetups import access
from community.meetups.models import Meetup, Occurrence, Rsvp
from community.members.models import Member
from community.members.queries import handles, kept_apart

LINK_SHOWS_BEFORE = timedelta(minutes=15)
MINE = ("going", "waitlisted", "offered", "maybe", "declined")


@dataclass(frozen=True)
class RsvpView:
    """My answer; `waitlist_position` is the present place in line, 1 is next."""

    state: str
    waitlist_position: int | None


@dataclass(frozen=True)
class OccurrenceView:
    """A date as the actor sees it."""

    id: UUID
    starts_at: datetime
    ends_at: datetime
    version: int
    state: str
    capacity: int | None
    going_count: int
    waitlist_count: int
    my_rsvp: RsvpView | None
    cancel_reason: str | None
    starts_at_local: datetime


@dataclass(frozen=True)
class PlaceView:
    """Where it is; the address shows to those going and to coordinators, the link to them from shortly before."""

    kind: str
    address: str | None
    url: str | None


@dataclass(frozen=True)
class MeetupView:
    """A meetup with its dates."""

    id: UUID
    title: str
    description: str
    time_zone: str
    duration_minutes: int
    host: str
    place: PlaceView
    occurrences: tuple[OccurrenceView, ...]


def meetup(look: Reading, meetup_id: UUID) -> MeetupView:
    """One meetup with its dates from today on. Raises NotFound."""
    row = access.meetup_to_see(look, meetup_id)
    dates = look.session.scalars(
        select(Occurrence)
        .where(Occurrence.meetup_id == row.id, Occurrence.ends_at > look.now - timedelta(days=1))
        .order_by(Occurrence.starts_at)
        .execution_options(populate_existing=True)
    ).all()
    return _views(look, [row], dates)[0]


def meetups(
    look: Reading, *, start: datetime | None, end: datetime | None, cursor: str | None, limit: int
) -> Page[MeetupView]:
    """Meetups with a date between two moments (from now on when no start is given), by when they were posted."""
    _ = look.actor
    start = start or look.now - timedelta(hours=12)
    within = [Occurrence.ends_at > start, *([Occurrence.starts_at < end] if end else [])]
    having = select(Occurrence.meetup_id).where(*within)
    page = keyset_page(
        look.session,
        select(Meetup).where(Meetup.id.in_(having)),
        by=(Meetup.created_at, Meetup.id),
        cursor=cursor,
        limit=limit,
    )
    ids = [row.id for row in page.items]
    dates = look.session.scalars(
        select(Occurrence).where(Occurrence.meetup_id.in_(ids), *within).order_by(Occurrence.starts_at)
    ).all()
    return Page(_views(look, page.items, dates), page.next_cursor)


def next_meetups(look: Reading, *, limit: int = 3) -> list[tuple[MeetupView, OccurrenceView]]:
    """The next dates that the actor is going to or could go to, soonest first."""
    dates = look.session.scalars(
        select(Occurrence)
        .where(Occurrence.ends_at > look.now, Occurrence.state == "scheduled")
        .order_by(Occurrence.starts_at, Occurrence.id)
        .limit(limit)
    ).all()
    rows = look.session.scalars(select(Meetup).where(Meetup.id.in_([date.meetup_id for date in dates]))).all()
    found = [(view, date) for view in _views(look, rows, dates) for date in view.occurrences]
    return sorted(found, key=lambda pair: pair[1].starts_at)


def going(look: Reading, occurrence_id: UUID) -> list[str]:
    """The handles of who is going, but for those kept apart from the actor."""
    hidden = kept_apart(look.session, look.actor.id)
    rows = look.session.execute(
        select(Member.id, Member.handle)
        .join(Rsvp, Rsvp.member_id == Member.id)
        .where(Rsvp.occurrence_id == occurrence_id, Rsvp.state == "going")
        .order_by(Rsvp.changed_at, Rsvp.id)
    )
    return [handle for member_id, handle in rows if member_id not in hidden]


def my_rsvp(look: Reading, occurrence_id: UUID) -> RsvpView | None:
    """The actor's answer to a date."""
    return _my_rsvps(look, [occurrence_id]).get(occurrence_id)


def meetup_of(look: Reading, occurrence_id: UUID) -> UUID | None:
    """Which meetup a date belongs to."""
    return look.session.scalar(select(Occurrence.meetup_id).where(Occurrence.id == occurrence_id))


def who_answered(look: Reading, occurrence_id: UUID, states: Collection[str]) -> list[UUID]:
    """Members with these answers."""
    return list(
        look.session.scalars(select(Rsvp.member_id).where(Rsvp.occurrence_id == occurrence_id, Rsvp.state.in_(states)))
    )


def _views(look: Reading, rows: Collection[Meetup], dates: Collection[Occurrence]) -> list[MeetupView]:
    mine = _my_rsvps(look, [date.id for date in dates])
    hosts = handles(look.session, {row.host_id for row in rows})
    by_meetup: dict[UUID, list[OccurrenceView]] = defaultdict(list)
    for date in dates:
        by_meetup[date.meetup_id].append(_occurrence_view(date, mine.get(date.id)))
    return [
        MeetupView(
            row.id,
            row.title,
            row.description,
            row.time_zone,
            row.duration_minutes,
            hosts.get(row.host_id, ""),
            _place(look, row, by_meetup[row.id]),
            tuple(by_meetup[row.id]),
        )
        for row in rows
    ]


def _occurrence_view(date: Occurrence, mine: RsvpView | None) -> OccurrenceView:
    return OccurrenceView(
        id=date.id,
        starts_at=date.starts_at,
        ends_at=date.ends_at,
        version=date.version,
        state=date.state,
        capacity=date.capacity,
        going_count=date.going_count,
        waitlist_count=date.waitlist_count,
        my_rsvp=mine,
        cancel_reason=date.cancel_reason,
        starts_at_local=date.starts_at_local,
    )


def _place(look: Reading, row: Meetup, dates: list[OccurrenceView]) -> PlaceView:
    mine = [date for date in dates if date.my_rsvp and date.my_rsvp.state == "going" and date.state == "scheduled"]
    soon = any(date.starts_at - LINK_SHOWS_BEFORE <= look.now < date.ends_at for date in mine)
    is_staff = look.actor.is_staff
    return PlaceView(
        row.place_kind,
        (row.address or None) if mine or is_staff else None,
        (row.url or None) if soon or is_staff else None,
    )


def _my_rsvps(look: Reading, ids: Collection[UUID]) -> dict[UUID, RsvpView]:
    if not ids:
        return {}
    mine = look.session.execute(
        select(Rsvp.occurrence_id, Rsvp.state, Rsvp.waitlist_seq).where(
            Rsvp.member_id == look.actor.id, Rsvp.occurrence_id.in_(ids), Rsvp.state.in_(MINE)
        )
    ).all()
    waiting = {occurrence_id: seq for occurrence_id, state, seq in mine if state == "waitlisted"}
    places = _places_in_line(look, waiting)
    return {
        occurrence_id: RsvpView(state, places.get(occurrence_id) if state == "waitlisted" else None)
        for occurrence_id, state, _ in mine
    }


def _places_in_line(look: Reading, waiting: dict[UUID, Any]) -> dict[UUID, int]:
    if not waiting:
        return {}
    own = select(Rsvp.occurrence_id, Rsvp.waitlist_seq).where(
        Rsvp.member_id == look.actor.id, Rsvp.occurrence_id.in_(waiting), Rsvp.state == "waitlisted"
    )
    mine = own.subquery()
    rows = look.session.execute(
        select(Rsvp.occurrence_id, func.count())
        .join(mine, mine.c.occurrence_id == Rsvp.occurrence_id)
        .where(Rsvp.state == "waitlisted", Rsvp.waitlist_seq <= mine.c.waitlist_seq)
        .group_by(Rsvp.occurrence_id)
    )
    return dict(rows.all())
