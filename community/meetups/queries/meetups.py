"""Meetups with their occurrences, as the actor may see them."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased

from community.core.db import Page, keyset_page
from community.core.permissions import Permission
from community.core.unit_of_work import ReadContext
from community.meetups.access import occurrences as occurrences_access
from community.meetups.models import Meetup, MeetupHost, Occurrence, StandingRsvp
from community.meetups.queries.my_rsvps import my_rsvps
from community.meetups.queries.views import MeetupView, OccurrenceView, PlaceView, RsvpView
from community.meetups.rules.clocks import clock_of
from community.meetups.rules.recurrence import from_json
from community.meetups.rules.rrule_text import rule_text
from community.meetups.rules.rsvps import RsvpState
from community.members.queries.blocks import blocked_ids
from community.members.queries.people import handles
from community.rooms.queries.linked_pages import LinkedPage, RoomAccess, linked_pages, room_access_for

LINK_SHOWS_BEFORE = timedelta(minutes=15)


def meetup(ctx: ReadContext, meetup_id: UUID, *, with_date: UUID | None = None) -> MeetupView:
    """Return a meetup with its occurrences from today on, and with the older one `with_date`. Raises NotFound."""
    row = occurrences_access.meetup_to_see(ctx, meetup_id)
    dates = ctx.session.scalars(
        select(Occurrence)
        .where(
            Occurrence.meetup_id == row.id,
            (Occurrence.ends_at > ctx.now - timedelta(days=1)) | (Occurrence.id == with_date),
        )
        .order_by(Occurrence.starts_at)
        .execution_options(populate_existing=True)
    ).all()
    return _views(ctx, [row], dates)[0]


def featured_occurrence(view: MeetupView, wanted: UUID | None, *, now: datetime) -> OccurrenceView | None:
    """Return the occurrence to show: the wanted one, else the next scheduled one, else the next or the last."""
    asked = [occurrence for occurrence in view.occurrences if occurrence.id == wanted]
    coming = [occurrence for occurrence in view.occurrences if occurrence.ends_at > now]
    on = [occurrence for occurrence in coming if occurrence.state == "scheduled"]
    return next(iter(asked or on or coming or reversed(view.occurrences)), None)


def form_values(ctx: ReadContext, meetup_id: UUID) -> dict[str, Any]:
    """Return the values of the form that posts a similar meetup. Raises NotFound, Forbidden."""
    row = occurrences_access.meetup_to_host(ctx, meetup_id)
    return {
        "title": row.title,
        "description": row.description,
        "kind": row.place_kind,
        "address": row.address,
        "url": row.url,
        "duration_minutes": str(row.duration_minutes),
        "time_zone": row.time_zone,
        "capacity": row.capacity or "",
        "has_room": "1" if row.room_id else "",
    }


def meetups(
    ctx: ReadContext, *, start: datetime | None, end: datetime | None, cursor: str | None, limit: int
) -> Page[MeetupView]:
    """Return meetups with an occurrence between two moments, by when they were posted. `start` defaults to now."""
    _ = ctx.actor
    start = start or ctx.now - timedelta(hours=12)
    within = [Occurrence.ends_at > start, *([Occurrence.starts_at < end] if end else [])]
    having = select(Occurrence.meetup_id).where(*within)
    page = keyset_page(
        ctx.session,
        select(Meetup).where(Meetup.id.in_(having)),
        by=(Meetup.created_at, Meetup.id),
        cursor=cursor,
        limit=limit,
    )
    ids = [row.id for row in page.items]
    dates = ctx.session.scalars(
        select(Occurrence).where(Occurrence.meetup_id.in_(ids), *within).order_by(Occurrence.starts_at)
    ).all()
    return Page(_views(ctx, page.items, dates), page.next_cursor)


def next_meetups(ctx: ReadContext, *, limit: int = 3) -> list[tuple[MeetupView, OccurrenceView]]:
    """Return the next occurrences that the actor goes to or could go to, soonest first."""
    dates = ctx.session.scalars(
        select(Occurrence)
        .where(Occurrence.ends_at > ctx.now, Occurrence.state == "scheduled")
        .order_by(Occurrence.starts_at, Occurrence.id)
        .limit(limit)
    ).all()
    rows = ctx.session.scalars(
        select(Meetup).where(Meetup.id.in_([occurrence.meetup_id for occurrence in dates]))
    ).all()
    found = [(view, occurrence) for view in _views(ctx, rows, dates) for occurrence in view.occurrences]
    return sorted(found, key=lambda pair: pair[1].starts_at)


def _views(ctx: ReadContext, rows: Collection[Meetup], dates: Collection[Occurrence]) -> list[MeetupView]:
    mine = my_rsvps(ctx, [occurrence.id for occurrence in dates])
    beside = _co_hosts(ctx, [row.id for row in rows])
    names = handles(ctx.session, {row.host_id for row in rows} | {one for ids in beside.values() for one in ids})
    hidden = blocked_ids(ctx.session, ctx.actor.id)
    standing = _my_standing(ctx, [row.id for row in rows])
    to_rooms = room_access_for(ctx, {row.room_id for row in rows if row.room_id})
    by_meetup: dict[UUID, list[Occurrence]] = defaultdict(list)
    for occurrence in dates:
        by_meetup[occurrence.meetup_id].append(occurrence)
    views = []
    for row in rows:
        hosts_it = ctx.actor.may(Permission.RUN_MEETUPS) or ctx.actor.id in {row.host_id, *beside[row.id]}
        repeats = from_json(row.recurrence)
        occurrences = tuple(
            occurrence_view(ctx, row, occurrence, mine.get(occurrence.id), sees_all=hosts_it)
            for occurrence in by_meetup[row.id]
        )
        views.append(
            MeetupView(
                id=row.id,
                title=row.title,
                description=row.description,
                time_zone=row.time_zone,
                duration_minutes=row.duration_minutes,
                capacity=row.capacity,
                host="" if row.host_id in hidden else names.get(row.host_id, ""),
                co_hosts=tuple(names[one] for one in beside[row.id] if one in names and one not in hidden),
                place=_place_of_all(row, occurrences, sees_all=hosts_it),
                state="paused" if row.paused_at else "active",
                recurrence=repeats.as_text(row.time_zone) if repeats else None,
                recurrence_words=rule_text(repeats, row.time_zone) if repeats else None,
                my_standing=standing.get(row.id),
                is_mine=hosts_it,
                **_room_of(row, to_rooms),
                occurrences=occurrences,
            )
        )
    return views


def _room_of(row: Meetup, to_rooms: dict[UUID, RoomAccess]) -> dict[str, Any]:
    door = to_rooms.get(row.room_id) if row.room_id else None
    if door is None:
        return {"has_room": False, "room_id": None, "room_is_closed": False, "room_measure": None}
    shows = door.is_in or door.may_come
    return {
        "has_room": not door.is_closed,
        "room_id": row.room_id if shows else None,
        "room_is_closed": door.is_closed,
        "room_measure": door.measure,
    }


def occurrence_view(
    ctx: ReadContext, row: Meetup, occurrence: Occurrence, mine: RsvpView | None, *, sees_all: bool
) -> OccurrenceView:
    """Return an occurrence as the actor may see it."""
    own = occurrence.overrides or {}
    place = own.get("place") or {"kind": row.place_kind, "address": row.address, "url": row.url}
    is_going = mine is not None and mine.state == RsvpState.GOING and occurrence.state == "scheduled"
    is_soon = occurrence.starts_at - LINK_SHOWS_BEFORE <= ctx.now < occurrence.ends_at
    is_over = occurrence.state == "scheduled" and occurrence.ends_at <= ctx.now
    return OccurrenceView(
        id=occurrence.id,
        starts_at=occurrence.starts_at,
        ends_at=occurrence.ends_at,
        version=occurrence.version,
        state="completed" if is_over else occurrence.state,
        capacity=occurrence.capacity,
        going_count=occurrence.going_count,
        held_count=occurrence.held_count,
        waitlist_count=occurrence.waitlist_count,
        my_rsvp=mine,
        cancel_reason=occurrence.cancel_reason,
        starts_at_local=occurrence.starts_at_local,
        title=own.get("title", row.title),
        description=own.get("description", row.description),
        place=PlaceView(
            place["kind"],
            (place.get("address") or None) if is_going or sees_all else None,
            (place.get("url") or None) if (is_going and is_soon) or sees_all else None,
        ),
        duration_minutes=own.get("duration_minutes", row.duration_minutes),
        is_moved=occurrence.recurrence_id is not None and occurrence.starts_at_local != occurrence.recurrence_id,
        is_confirmed=occurrence.confirmed_at is not None,
        clock=clock_of(place["kind"], starts_at=occurrence.starts_at, there=row.time_zone, here=ctx.actor.time_zone),
    )


def _place_of_all(row: Meetup, dates: Collection[OccurrenceView], *, sees_all: bool) -> PlaceView:
    is_going = sees_all or any(occurrence.place.address for occurrence in dates)
    links = [occurrence.place.url for occurrence in dates if occurrence.place.url]
    return PlaceView(
        row.place_kind, (row.address or None) if is_going else None, (row.url or None) if links or sees_all else None
    )


def _co_hosts(ctx: ReadContext, ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    found: dict[UUID, list[UUID]] = defaultdict(list)
    for meetup_id, member_id in ctx.session.execute(
        select(MeetupHost.meetup_id, MeetupHost.member_id).where(MeetupHost.meetup_id.in_(ids))
    ):
        found[meetup_id].append(member_id)
    return found


def _my_standing(ctx: ReadContext, ids: Collection[UUID]) -> dict[UUID, str]:
    query = select(StandingRsvp.meetup_id, StandingRsvp.answer).where(
        StandingRsvp.member_id == ctx.actor.id, StandingRsvp.meetup_id.in_(ids)
    )
    return dict(ctx.session.execute(query).all())


@linked_pages.on("meetup")
def meetups_of_rooms(ctx: ReadContext, room_ids: Collection[UUID]) -> dict[UUID, LinkedPage]:
    """Return the meetup of each of these rooms that has one, with its next scheduled occurrence.

    Every member may see every meetup.
    """
    later = aliased(Occurrence)
    next_start = (
        select(func.min(later.starts_at))
        .where(later.meetup_id == Meetup.id, later.state == "scheduled", later.ends_at > ctx.now)
        .scalar_subquery()
    )
    is_next = and_(
        Occurrence.meetup_id == Meetup.id, Occurrence.state == "scheduled", Occurrence.starts_at == next_start
    )
    rows = ctx.session.execute(
        select(Meetup, Occurrence).outerjoin(Occurrence, is_next).where(Meetup.room_id.in_(room_ids))
    )
    return {row.room_id: _linked_page(ctx, row, upcoming) for row, upcoming in rows if row.room_id}


def _linked_page(ctx: ReadContext, row: Meetup, upcoming: Occurrence | None) -> LinkedPage:
    url = f"/meetups/{row.id}"
    if upcoming is None or row.paused_at:
        return LinkedPage(row.title, url)
    kind = ((upcoming.overrides or {}).get("place") or {}).get("kind", row.place_kind)
    clock = clock_of(kind, starts_at=upcoming.starts_at, there=row.time_zone, here=ctx.actor.time_zone)
    return LinkedPage(row.title, url, upcoming.starts_at, clock.zone, clock.name)
