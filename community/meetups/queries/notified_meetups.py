"""Meetups that notifications are about, as the actor may see them, many at once."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, and_, func, select

from community.core.outbox.notification_texts import short_time
from community.core.unit_of_work import ReadContext
from community.meetups.models import Meetup, Occurrence, Rsvp
from community.meetups.rules.clocks import Clock, clock_of
from community.members.queries.blocks import visible_handles


@dataclass(frozen=True)
class NotifiedMeetup:
    """A meetup, with one of its dates if there is one, and the actor's answer to it.

    `clock` is that of the place for a meetup in person, else the actor's. `host` is empty when the actor may not see
    them.
    """

    title: str
    host: str
    clock: Clock | None
    starts_at: datetime | None = None
    is_on: bool = False
    seats_left: int | None = None
    my_state: str | None = None
    offer_expires_at: datetime | None = None

    @property
    def when(self) -> str:
        """Return its date as `Thu, Dec 3, 7 pm`, with the name of a clock other than the actor's, or nothing."""
        if self.starts_at is None or self.clock is None:
            return ""
        return " ".join(part for part in (short_time(self.starts_at, self.clock.zone), self.clock.name) if part)

    def is_upcoming(self, now: datetime) -> bool:
        """Return whether its date is neither over nor canceled."""
        return self.is_on and self.starts_at is not None and self.starts_at > now


def by_occurrence(ctx: ReadContext, occurrence_ids: Collection[UUID]) -> dict[UUID, NotifiedMeetup]:
    """Return the meetups of these occurrences, by occurrence."""
    rows = ctx.session.execute(_dates(ctx).where(Occurrence.id.in_(occurrence_ids))).all()
    hosts = visible_handles(ctx, {meetup.host_id for meetup, _, _ in rows})
    return {date.id: _view(ctx, meetup, date, rsvp, hosts) for meetup, date, rsvp in rows}


def by_meetup(ctx: ReadContext, meetup_ids: Collection[UUID]) -> dict[UUID, NotifiedMeetup]:
    """Return these meetups, each with its next date."""
    upcoming = (
        select(Occurrence.meetup_id, func.min(Occurrence.starts_at).label("starts_at"))
        .where(Occurrence.meetup_id.in_(meetup_ids), Occurrence.state == "scheduled", Occurrence.starts_at > ctx.now)
        .group_by(Occurrence.meetup_id)
        .subquery()
    )
    dates = _dates(ctx).join(
        upcoming, and_(upcoming.c.meetup_id == Occurrence.meetup_id, upcoming.c.starts_at == Occurrence.starts_at)
    )
    rows = {meetup.id: (meetup, date, rsvp) for meetup, date, rsvp in ctx.session.execute(dates)}
    meetups = ctx.session.scalars(select(Meetup).where(Meetup.id.in_(meetup_ids))).all()
    hosts = visible_handles(ctx, {meetup.host_id for meetup in meetups})
    views = {}
    for one in meetups:
        _, date, rsvp = rows.get(one.id, (one, None, None))
        views[one.id] = _view(ctx, one, date, rsvp, hosts)
    return views


def _dates(ctx: ReadContext) -> Select[Meetup, Occurrence, Rsvp]:
    return (
        select(Meetup, Occurrence, Rsvp)
        .join(Occurrence, Occurrence.meetup_id == Meetup.id)
        .outerjoin(Rsvp, (Rsvp.occurrence_id == Occurrence.id) & (Rsvp.member_id == ctx.actor.id))
    )


def _view(
    ctx: ReadContext, meetup: Meetup, date: Occurrence | None, rsvp: Rsvp | None, hosts: dict[UUID, str]
) -> NotifiedMeetup:
    own = (date.overrides or {}) if date else {}
    place_kind = (own.get("place") or {}).get("kind", meetup.place_kind)
    title, host = own.get("title", meetup.title), hosts.get(meetup.host_id, "")
    if date is None:
        return NotifiedMeetup(title, host, None)
    clock = clock_of(place_kind, starts_at=date.starts_at, there=meetup.time_zone, here=ctx.actor.time_zone)
    return NotifiedMeetup(
        title,
        host,
        clock,
        date.starts_at,
        date.state == "scheduled" and not meetup.paused_at,
        None if date.capacity is None else max(0, date.capacity - date.going_count - date.held_count),
        rsvp.state if rsvp else None,
        rsvp.offer_expires_at if rsvp else None,
    )
