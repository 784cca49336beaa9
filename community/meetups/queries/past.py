"""Past occurrences, latest first: the actor's own, and for coordinators all of them with attendance."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, case, exists, func, select

from community.core.db import Page, keyset_page
from community.core.permissions import Permission
from community.core.unit_of_work import ReadContext
from community.meetups.models import Attendance, Meetup, Occurrence, Rsvp
from community.meetups.rules.clocks import Clock, clock_of
from community.meetups.rules.rsvps import RsvpState


@dataclass(frozen=True)
class PastOccurrence:
    """A past occurrence. `i_came` says that the actor was marked as attended.

    `came_count` and `missed_count` are the marks of all members, for coordinators who list all; else None.
    """

    id: UUID
    meetup_id: UUID
    title: str
    starts_at: datetime
    clock: Clock
    kind: str
    going_count: int
    i_came: bool
    came_count: int | None = None
    missed_count: int | None = None


def my_past_occurrences(ctx: ReadContext, *, cursor: str | None, limit: int) -> Page[PastOccurrence]:
    """Return the past occurrences that the actor said going to or attended."""
    said = exists().where(
        Rsvp.occurrence_id == Occurrence.id, Rsvp.member_id == ctx.actor.id, Rsvp.state == RsvpState.GOING
    )
    page = _page(ctx, said | _attended_by(ctx.actor.id), cursor=cursor, limit=limit)
    return Page([_view(ctx, *one) for one in _with_meetups(ctx, page.items)], page.next_cursor)


def all_past_occurrences(ctx: ReadContext, *, cursor: str | None, limit: int) -> Page[PastOccurrence]:
    """Return all past occurrences with their attendance, for coordinators. Raises Forbidden."""
    _ = ctx.permitted(Permission.RUN_MEETUPS)
    page = _page(ctx, cursor=cursor, limit=limit)
    marks = _marks(ctx, [one.id for one in page.items])
    views = [_view(ctx, *one, marks=marks.get(one[0].id, (0, 0))) for one in _with_meetups(ctx, page.items)]
    return Page(views, page.next_cursor)


def _page(ctx: ReadContext, *where: ColumnElement[bool], cursor: str | None, limit: int) -> Page[Occurrence]:
    query = select(Occurrence).where(Occurrence.state == "scheduled", Occurrence.ends_at <= ctx.now, *where)
    by = (Occurrence.starts_at, Occurrence.id)
    return keyset_page(ctx.session, query, by=by, cursor=cursor, limit=limit, descending=True)


def _attended_by(member_id: UUID) -> ColumnElement[bool]:
    return exists().where(
        Attendance.occurrence_id == Occurrence.id, Attendance.member_id == member_id, Attendance.state == "attended"
    )


def _with_meetups(ctx: ReadContext, occurrences: list[Occurrence]) -> list[tuple[Occurrence, Meetup, bool]]:
    rows = ctx.session.execute(
        select(Occurrence.id, Meetup, _attended_by(ctx.actor.id))
        .join(Meetup, Meetup.id == Occurrence.meetup_id)
        .where(Occurrence.id.in_([one.id for one in occurrences]))
    )
    found = {occurrence_id: (meetup, bool(i_came)) for occurrence_id, meetup, i_came in rows}
    return [(one, *found[one.id]) for one in occurrences]


def _marks(ctx: ReadContext, ids: list[UUID]) -> dict[UUID, tuple[int, int]]:
    """Return how many members were marked as attended and as missed, by occurrence."""
    states = (func.sum(case((Attendance.state == state, 1), else_=0)) for state in ("attended", "no_show"))
    rows = ctx.session.execute(
        select(Attendance.occurrence_id, *states)
        .where(Attendance.occurrence_id.in_(ids))
        .group_by(Attendance.occurrence_id)
    )
    return {occurrence_id: (came, missed) for occurrence_id, came, missed in rows}


def _view(
    ctx: ReadContext, occurrence: Occurrence, meetup: Meetup, i_came: bool, *, marks: tuple[int, int] | None = None
) -> PastOccurrence:
    own = occurrence.overrides or {}
    kind = own.get("place", {}).get("kind", meetup.place_kind)
    came, missed = marks or (None, None)
    return PastOccurrence(
        id=occurrence.id,
        meetup_id=meetup.id,
        title=own.get("title", meetup.title),
        starts_at=occurrence.starts_at,
        clock=clock_of(kind, starts_at=occurrence.starts_at, there=meetup.time_zone, here=ctx.actor.time_zone),
        kind=kind,
        going_count=occurrence.going_count,
        i_came=i_came,
        came_count=came,
        missed_count=missed,
    )
