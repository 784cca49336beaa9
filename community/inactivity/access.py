"""Load inactivity rows with permission and lock."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from community.check_ins.access import check_in_times
from community.core.unit_of_work import ReadContext, UnitOfWork
from community.inactivity.models import InactivityWatch
from community.meetups.queries.attendees import rsvp_times
from community.rooms.queries.public import message_times


def own_watch(ctx: ReadContext, *, lock: bool = False) -> InactivityWatch | None:
    """The actor's wish to have quiet noticed, if they have it."""
    return watch_of(ctx, ctx.actor.id, lock=lock)


def watch_of(ctx: ReadContext, member_id: UUID, *, lock: bool = False) -> InactivityWatch | None:
    """The same of a member, for what the clock brings."""
    return ctx.session.get(InactivityWatch, member_id, with_for_update=lock or None, populate_existing=lock)


def activity_times(ctx: ReadContext, watch: InactivityWatch, *, since: datetime) -> list[datetime]:
    """When somebody who wants it noticed did anything of their own here. Moments alone."""
    written = message_times(ctx, watch.member_id, since=since)
    return [
        *written,
        *rsvp_times(ctx, watch.member_id, since=since),
        *check_in_times(ctx, watch.member_id, since=since),
    ]


def overdue_watches(uow: UnitOfWork, *, before: datetime, limit: int) -> list[InactivityWatch]:
    """Return watches that were due before a moment and are still not done, and lock those that no one else locked."""
    query = (
        select(InactivityWatch).where(InactivityWatch.next_at < before).order_by(InactivityWatch.next_at).limit(limit)
    )
    return list(uow.session.scalars(query.with_for_update(skip_locked=True)))
