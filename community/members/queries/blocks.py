"""Separated members: the one definition of blocks and no-contact orders that all features use."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    and_,
    bindparam,
    exists,
    or_,
    select,
    true,
    union,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.orm import Session as DbSession

from community.core.errors import NotFound
from community.core.permissions import Permission
from community.core.unit_of_work import ReadContext, Role
from community.members.models import Block, Member, NoContact
from community.members.queries.active_members import is_active


@dataclass(frozen=True)
class NoContactView:
    """A no-contact order from one member's side. `source` is member, coordinator or court."""

    id: UUID
    handle: str
    source: str
    created_at: datetime


def blocked_ids(session: DbSession, member_id: UUID) -> frozenset[UUID]:
    """Return everyone whom this member must not meet: blocked either way, or under a no-contact order."""
    return frozenset(session.scalars(_BLOCKED_OR_NO_CONTACT, {"member": member_id}))


def no_contact_ids(session: DbSession, member_id: UUID) -> frozenset[UUID]:
    """Return everyone whom an order separates from this member. Blocks, which are private, do not count."""
    return frozenset(session.scalars(_NO_CONTACT, {"member": member_id}))


# The one definition, as (one member, another, condition). Every query here is built from it.
Source = tuple[Any, Any, ColumnElement[bool]]
BLOCKED: Source = (Block.blocker_id, Block.blocked_id, true())
ORDERED: Source = (NoContact.first_id, NoContact.second_id, NoContact.ended_at.is_(None))
SOURCES = (BLOCKED, ORDERED)


def _others(member: BindParameter[UUID], *sources: Source) -> CompoundSelect[Any]:
    """Select everyone whom these sources separate from a member, either way."""
    ways = [way for one, other, holds in sources for way in ((one, other, holds), (other, one, holds))]
    return union(*(select(other).where(one == member, holds) for one, other, holds in ways))


def is_separated_from_anyone(member: ColumnElement[UUID] | InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    """Return the condition that someone must not meet this member."""
    return or_(*(exists().where(or_(one == member, other == member), holds) for one, other, holds in SOURCES))


def are_separated(one: Any, other: Any) -> ColumnElement[bool]:
    """Return the condition that two members, given as columns or ids, must not meet. At any depth of a query."""
    return or_(
        *(
            exists().where(first == a, second == b, holds).correlate_except(first.class_)
            for first, second, holds in SOURCES
            for a, b in ((one, other), (other, one))
        )
    )


def separated_pairs(members: BindParameter[UUID]) -> CompoundSelect[Any]:
    """Select the separated pairs of which at least one is among these members; each once, in either order."""
    return union(
        *(select(one, other).where(or_(one.in_(members), other.in_(members)), holds) for one, other, holds in SOURCES)
    )


# Prepared once, because every page asks.
_MEMBER: BindParameter[UUID] = bindparam("member")
_BLOCKED_OR_NO_CONTACT = _others(_MEMBER, *SOURCES)
_NO_CONTACT = _others(_MEMBER, ORDERED)


def can_interact(session: DbSession, one: UUID, other: UUID) -> bool:
    """Return whether two members may be brought together: neither blocked the other, and no order separates them.

    Every feature asks this before two people share a pairing, a list of names, an answer or a notification. For one
    member and many use `blocked_ids`, for pairs among many `blocked_pairs`. All three read the same rows, so a block or
    an order applies everywhere from its commit on. Never answer "you may not": what is hidden from a member does not
    exist for them (NotFound, or left out).
    """
    either_way = ((one, other), (other, one))
    separations = (
        exists().where(or_(*(and_(column == a, another == b) for a, b in either_way)), holds)
        for column, another, holds in SOURCES
    )
    return not session.scalar(select(or_(*separations)))


def blocked_pairs(session: DbSession, member_ids: Iterable[UUID]) -> frozenset[tuple[UUID, UUID]]:
    """Return all pairs of these members who must not meet, each pair in both orders."""
    ids = set(member_ids)
    pairs: set[tuple[UUID, UUID]] = set()
    for one, other in session.execute(union_all(*(select(one, other).where(holds) for one, other, holds in SOURCES))):
        if one in ids and other in ids:
            pairs |= {(one, other), (other, one)}
    return frozenset(pairs)


def no_contacts(ctx: ReadContext, member_id: UUID) -> list[NoContactView]:
    """Return the no-contact orders of a member for coordinators, newest first. Raises Forbidden, NotFound."""
    member = ctx.session.get(Member, member_id)
    if member is None or Role(member.role).is_above(ctx.permitted(Permission.MANAGE_MEMBERS).role):
        raise NotFound
    rows = ctx.session.execute(
        select(NoContact, Member.id, Member.handle)
        .join(
            Member,
            or_(
                and_(NoContact.first_id == member_id, Member.id == NoContact.second_id),
                and_(NoContact.second_id == member_id, Member.id == NoContact.first_id),
            ),
        )
        .where(NoContact.ended_at.is_(None), Member.role.in_(ctx.permitted(Permission.MANAGE_MEMBERS).role.up_to_own))
        .order_by(NoContact.created_at.desc(), Member.id)
    )
    return [NoContactView(other_id, handle, row.source, row.created_at) for row, other_id, handle in rows]


def visible_handle(ctx: ReadContext, member_id: UUID) -> str:
    """Return a member's handle. Raises NotFound for one who is gone or separated from the actor."""
    handle = ctx.session.scalar(select(Member.handle).where(Member.id == member_id, is_active(ctx.now)))
    if handle is None or member_id in blocked_ids(ctx.session, ctx.actor.id):
        raise NotFound
    return handle


def visible_handles(ctx: ReadContext, member_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the handles of those of these members who are active and not separated from the actor."""
    ids = set(member_ids) - blocked_ids(ctx.session, ctx.actor.id)
    if not ids:
        return {}
    return dict(
        ctx.session.execute(select(Member.id, Member.handle).where(Member.id.in_(ids), is_active(ctx.now))).all()
    )
