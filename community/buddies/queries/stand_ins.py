"""Stand-ins as the members they concern see them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from community.buddies.access import stand_ins
from community.buddies.models.pairings import StandIn
from community.core.errors import NotFound
from community.core.unit_of_work import ReadContext


@dataclass(frozen=True)
class DayView:
    """A day on which a member's buddy is away. `room_id` is set once a stand-in accepted, only for the two of them."""

    id: UUID
    state: str
    ends_at: datetime
    room_id: UUID | None
    is_mine: bool
    i_am_there: bool


@dataclass(frozen=True)
class StandInView:
    """A day on which a member's buddy is away, for notifications. `room_id` is that of the stand-in."""

    id: UUID
    pairing_id: UUID
    member_id: UUID
    state: str
    room_id: UUID | None


def stand_in(session: Session, stand_in_id: UUID) -> StandInView | None:
    """Return a day on which a member's buddy is away, for notifications."""
    columns = (StandIn.id, StandIn.pairing_id, StandIn.member_id, StandIn.state, StandIn.room_id)
    found = session.execute(select(*columns).where(StandIn.id == stand_in_id)).one_or_none()
    return StandInView(*found) if found else None


def day(ctx: ReadContext, stand_in_id: UUID) -> DayView:
    """Return a day of the actor's, or one for which they were asked to stand in. Raises NotFound."""
    found = ctx.session.get(StandIn, stand_in_id, populate_existing=True)
    if found is None or (found.member_id != ctx.actor.id and not stand_ins.may_stand_in(ctx, found)):
        raise NotFound
    return _view(ctx, found)


def my_day(ctx: ReadContext, pairing_id: UUID) -> DayView | None:
    """Return the day without their buddy that the actor has now, if any."""
    found = stand_ins.open_stand_in(ctx, pairing_id, ctx.actor.id)
    return _view(ctx, found) if found else None


def is_away_today(ctx: ReadContext, pairing_id: UUID) -> bool:
    """Return whether the actor said that they are away today."""
    query = select(StandIn.id).where(
        StandIn.pairing_id == pairing_id, StandIn.member_id != ctx.actor.id, StandIn.state != "over"
    )
    return ctx.session.scalars(query).first() is not None


def _view(ctx: ReadContext, found: StandIn) -> DayView:
    me = ctx.actor.id
    concerned = me in (found.member_id, found.claimed_by)
    return DayView(
        found.id,
        found.state,
        found.ends_at,
        found.room_id if concerned else None,
        found.member_id == me,
        found.claimed_by == me,
    )
