"""Check-ins of buddies that notifications are about, many at once."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from community.check_ins.models import CheckIn, CheckInSchedule
from community.check_ins.queries.check_ins import buddies_of
from community.core.unit_of_work import ReadContext


def authors_of_shared(ctx: ReadContext, check_in_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Return the authors of those of these check-ins that a buddy of the actor shares with them."""
    query = select(CheckIn.id, CheckIn.member_id).where(
        CheckIn.id.in_(check_in_ids),
        CheckIn.audience == "buddy",
        CheckIn.member_id.in_(buddies_of(ctx, ctx.actor.id)),
    )
    return dict(ctx.session.execute(query).all())


def answer_times_of_buddies(ctx: ReadContext, member_ids: Collection[UUID]) -> dict[UUID, float]:
    """Return when these buddies of the actor checked in last, as a timestamp, if the actor may know; 0 for never."""
    query = select(CheckInSchedule.member_id, CheckInSchedule.answered_at).where(
        CheckInSchedule.member_id.in_(set(member_ids) & set(buddies_of(ctx, ctx.actor.id))),
        CheckInSchedule.notify_buddy,
        CheckInSchedule.interval != "never",
    )
    return {one: answered_at.timestamp() if answered_at else 0.0 for one, answered_at in ctx.session.execute(query)}
