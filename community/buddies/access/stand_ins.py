"""Loading stand-ins with permission."""

from uuid import UUID

from sqlalchemy import or_, select

from community.buddies.access.pairings import pairings_of
from community.buddies.models.pairings import Pairing, StandIn
from community.buddies.queries.candidates import stand_in_candidates
from community.core.errors import NotFound
from community.core.unit_of_work import ReadContext, UnitOfWork
from community.members.queries.blocks import blocked_ids, can_interact
from community.members.queries.helping import can_help_member


def own_pairings_that_go_on(uow: UnitOfWork) -> list[Pairing]:
    """Return the actor's pairings that are neither paused nor ended, without members they are blocked from."""
    blocked = blocked_ids(uow.session, uow.actor.id)
    return [
        row
        for row in pairings_of(uow, uow.actor.id)
        if row.state == "active" and row.other(uow.actor.id) not in blocked
    ]


def open_stand_in(ctx: ReadContext, pairing_id: UUID, member_id: UUID) -> StandIn | None:
    """Return the day without their buddy that a member has now, if any."""
    query = select(StandIn).where(
        StandIn.pairing_id == pairing_id, StandIn.member_id == member_id, StandIn.state != "over"
    )
    return ctx.session.scalars(query).one_or_none()


def withdrawn_stand_in(uow: UnitOfWork, pairing_id: UUID, member_id: UUID) -> StandIn | None:
    """Return a day without their buddy that was announced to a member and withdrawn again, if it is not over yet."""
    query = select(StandIn).where(
        StandIn.pairing_id == pairing_id,
        StandIn.member_id == member_id,
        StandIn.state == "over",
        StandIn.claimed_by.is_(None),
        StandIn.ends_at > uow.now,
    )
    return uow.session.scalars(query.order_by(StandIn.id).limit(1).with_for_update()).one_or_none()


def unclaimed_announcements(uow: UnitOfWork) -> list[StandIn]:
    """Return the days that the actor announced to their buddies and for which no one stands in, locked."""
    pairing_ids = [row.id for row in pairings_of(uow, uow.actor.id)]
    query = select(StandIn).where(
        StandIn.pairing_id.in_(pairing_ids),
        StandIn.member_id != uow.actor.id,
        StandIn.state.in_(("offered", "wanted")),
    )
    return list(uow.session.scalars(query.order_by(StandIn.id).with_for_update()))


def own_stand_in(uow: UnitOfWork, stand_in_id: UUID) -> StandIn:
    """Return a day on which the actor's buddy is away, locked. Raises NotFound."""
    row = uow.session.get(StandIn, stand_in_id, with_for_update=True, populate_existing=True)
    if row is None or row.member_id != uow.actor.id:
        raise NotFound
    return row


def stand_in_to_claim(uow: UnitOfWork, stand_in_id: UUID) -> StandIn:
    """Return a day for which the actor may stand in, locked. Raises NotFound for members who were not asked."""
    row = uow.session.get(StandIn, stand_in_id, with_for_update=True, populate_existing=True)
    if row is None or not may_stand_in(uow, row):
        raise NotFound
    return row


def may_stand_in(ctx: ReadContext, row: StandIn) -> bool:
    """Return whether the actor stands in, or was asked to and still may."""
    me = ctx.actor.id
    if row.state == "offered" or not can_interact(ctx.session, row.member_id, me):
        return False
    if row.claimed_by == me:
        return True
    if not can_help_member(ctx.session, helper=me, needs_help=row.member_id, now=ctx.now):
        return False
    return me in asked_to_stand_in(ctx, pairing_id=row.pairing_id, member_id=row.member_id)


def asked_to_stand_in(ctx: ReadContext, *, pairing_id: UUID, member_id: UUID) -> list[UUID]:
    """Return the members who are asked to stand in: those who offer it and fit the member, without their buddy."""
    pairing = ctx.session.get_one(Pairing, pairing_id)
    return stand_in_candidates(ctx, member_id=member_id, but=(pairing.a_id, pairing.b_id))


def stand_in_to_end(uow: UnitOfWork, stand_in_id: UUID) -> StandIn | None:
    """Return a stand-in, locked, for scheduled work."""
    return uow.session.get(StandIn, stand_in_id, with_for_update=True, populate_existing=True)


def stand_ins_of_helper(uow: UnitOfWork, member_id: UUID) -> list[StandIn]:
    """Return the days on which a member stands in for another's buddy, locked."""
    query = select(StandIn).where(StandIn.state == "claimed", StandIn.claimed_by == member_id)
    return list(uow.session.scalars(query.order_by(StandIn.id).with_for_update()))


def stand_ins_between(uow: UnitOfWork, one: UUID, other: UUID) -> list[StandIn]:
    """Return open stand-ins between these two, locked."""
    query = select(StandIn).where(
        StandIn.state == "claimed",
        or_(
            (StandIn.member_id == one) & (StandIn.claimed_by == other),
            (StandIn.member_id == other) & (StandIn.claimed_by == one),
        ),
    )
    return list(uow.session.scalars(query.order_by(StandIn.id).with_for_update()))
