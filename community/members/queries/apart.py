"""Who is kept apart from whom: the one answer that everybody asks for before two people meet."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import BindParameter, and_, bindparam, exists, or_, select, union
from sqlalchemy.orm import Session as DbSession

from community.core.errors import NotFound
from community.core.permissions import Permission
from community.core.unit_of_work import Reading, Role
from community.members.models import Block, Member, NoContact
from community.members.queries.active import is_active


@dataclass(frozen=True)
class NoContactView:
    """Whom a member is kept apart from by an order: `source` is member, coordinator or court."""

    id: UUID
    handle: str
    source: str
    created_at: datetime


def kept_apart(session: DbSession, member_id: UUID) -> frozenset[UUID]:
    """Everybody this member must not meet here: blocked either way, or under a no-contact order."""
    return frozenset(session.scalars(APART, {"member": member_id}))


def apart_by_order(session: DbSession, member_id: UUID) -> frozenset[UUID]:
    """Whom an order keeps apart from this member. Blocks, which are a member's own affair, do not count."""
    return frozenset(session.scalars(APART_BY_ORDER, {"member": member_id}))


# Prepared once: every page asks.
_MEMBER: BindParameter[UUID] = bindparam("member")
_BLOCKS = (
    select(Block.blocked_id).where(Block.blocker_id == _MEMBER),
    select(Block.blocker_id).where(Block.blocked_id == _MEMBER),
)
_ORDERS = (
    select(NoContact.second_id).where(NoContact.first_id == _MEMBER, NoContact.ended_at.is_(None)),
    select(NoContact.first_id).where(NoContact.second_id == _MEMBER, NoContact.ended_at.is_(None)),
)
APART = union(*_BLOCKS, *_ORDERS)
APART_BY_ORDER = union(*_ORDERS)


def may_meet(session: DbSession, one: UUID, other: UUID) -> bool:
    """Whether two members may be brought together: neither blocked the other, and no order keeps them apart.

    The one question everybody asks before two people share a pairing, a list of names, an answer or a notice: meetups,
    buddies, rooms and whatever comes. For one person and many use `kept_apart`, for pairs among many
    `kept_apart_among`: all three read the same rows, so a block or an order holds everywhere from its commit on.
    Never answer "you may not": what is kept from somebody is not there (NotFound, or left out).
    """
    blocked = exists().where(
        or_(
            and_(Block.blocker_id == one, Block.blocked_id == other),
            and_(Block.blocker_id == other, Block.blocked_id == one),
        )
    )
    first, second = sorted((one, other))
    ordered = exists().where(NoContact.first_id == first, NoContact.second_id == second, NoContact.ended_at.is_(None))
    return not session.scalar(select(or_(blocked, ordered)))


def kept_apart_among(session: DbSession, member_ids: Iterable[UUID]) -> frozenset[tuple[UUID, UUID]]:
    """All pairs of these members who must not meet, each pair in both orders."""
    ids = set(member_ids)
    pairs: set[tuple[UUID, UUID]] = set()
    blocks = session.execute(select(Block.blocker_id, Block.blocked_id))
    orders = session.execute(select(NoContact.first_id, NoContact.second_id).where(NoContact.ended_at.is_(None)))
    for one, other in [*blocks, *orders]:
        if one in ids and other in ids:
            pairs |= {(one, other), (other, one)}
    return frozenset(pairs)


def no_contacts(look: Reading, member_id: UUID) -> list[NoContactView]:
    """The orders that keep a member apart from others, for coordinators, newest first. Raises Forbidden, NotFound."""
    member = look.session.get(Member, member_id)
    if member is None or Role(member.role).is_above(look.permitted(Permission.MANAGE_MEMBERS).role):
        raise NotFound
    rows = look.session.execute(
        select(NoContact, Member.id, Member.handle)
        .join(
            Member,
            or_(
                and_(NoContact.first_id == member_id, Member.id == NoContact.second_id),
                and_(NoContact.second_id == member_id, Member.id == NoContact.first_id),
            ),
        )
        .where(NoContact.ended_at.is_(None), Member.role.in_(look.permitted(Permission.MANAGE_MEMBERS).role.up_to_own))
        .order_by(NoContact.created_at.desc(), Member.id)
    )
    return [NoContactView(other_id, handle, row.source, row.created_at) for row, other_id, handle in rows]


def visible_handle(look: Reading, member_id: UUID) -> str:
    """A member's handle. Raises NotFound for who is not here or kept apart."""
    handle = look.session.scalar(select(Member.handle).where(Member.id == member_id, is_active(look.now)))
    if handle is None or member_id in kept_apart(look.session, look.actor.id):
        raise NotFound
    return handle
