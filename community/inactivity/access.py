"""Access to inactivity watches and to the activity that they compare."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from community.check_ins.access import check_in_times
from community.core.unit_of_work import ReadContext, UnitOfWork
from community.inactivity.models import InactivityWatch
from community.meetups.queries.attendees import rsvp_times
from community.rooms.queries.public import message_times


def own_watch(ctx: ReadContext, *, lock: bool = False) -> InactivityWatch | None:
    """Return the actor's watch, if they turned it on."""
    return watch_of(ctx, ctx.actor.id, lock=lock)


def watch_of(ctx: ReadContext, member_id: UUID, *, lock: bool = False) -> InactivityWatch | None:
    """Return a member's watch for an event. Asks no permission."""
    return ctx.session.get(InactivityWatch, member_id, with_for_update=lock or None, populate_existing=lock)


def watches_shared_with_buddies(ctx: ReadContext, member_ids: Collection[UUID]) -> dict[UUID, bool]:
    """Return which of these members let their buddies know when they are inactive, and whether they are now.

    Callers check first that the actor is their buddy.
    """
    query = select(InactivityWatch.member_id, InactivityWatch.escalation_level).where(
        InactivityWatch.member_id.in_(member_ids), InactivityWatch.notify_buddy
    )
    return {member_id: bool(level) for member_id, level in ctx.session.execute(query)}


def activity_times(ctx: ReadContext, watch: InactivityWatch, *, since: datetime) -> list[datetime]:
    """Return when a member with a watch wrote, answered a meetup or checked in, and nothing more of it."""
    written = message_times(ctx, watch.member_id, since=since)
    return [
        *written,
        *rsvp_times(ctx, watch.member_id, since=since),
        *check_in_times(ctx, watch.member_id, since=since),
    ]


def overdue_watches(uow: UnitOfWork, *, before: datetime, limit: int) -> list[InactivityWatch]:
    """Lock and return watches that were due before a moment and are not done, except those that others have locked."""
    query = (
        select(InactivityWatch).where(InactivityWatch.next_at < before).order_by(InactivityWatch.next_at).limit(limit)
    )
    return list(uow.session.scalars(query.with_for_update(skip_locked=True)))
