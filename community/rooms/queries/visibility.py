"""Visibility of rooms and members: the audience of a room, and the members hidden from each viewer."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.orm import Session

from community.core.unit_of_work import ReadContext
from community.members.models import Member
from community.members.queries.active_members import is_active
from community.members.queries.blocks import separated_pairs
from community.rooms.access import sanctions
from community.rooms.models import RoomMembership


def audience(ctx: ReadContext, room_id: UUID) -> frozenset[UUID]:
    """Return the members who may be shown this room now."""
    return frozenset(
        ctx.session.scalars(
            select(RoomMembership.member_id)
            .join(Member, Member.id == RoomMembership.member_id)
            .where(
                RoomMembership.room_id == room_id,
                is_active(ctx.now),
                ~sanctions.is_kept_out(ctx, RoomMembership.member_id, RoomMembership.room_id),
            )
        )
    )


def viewers_blocked_from(session: Session, people: Iterable[UUID]) -> Mapping[UUID, frozenset[UUID]]:
    """Return, by viewer, those of these people who are blocked from them."""
    ids = set(people)
    if not ids:
        return {}
    hidden: dict[UUID, set[UUID]] = defaultdict(set)
    for one, other in session.connection().execute(BLOCKED_PAIRS, {"people": list(ids)}):
        if one in ids:
            hidden[other].add(one)
        if other in ids:
            hidden[one].add(other)
    return {viewer: frozenset(others) for viewer, others in hidden.items()}


_PEOPLE: BindParameter[UUID] = bindparam("people", expanding=True)
BLOCKED_PAIRS = separated_pairs(_PEOPLE)


def blocked_by_viewer(session: Session, viewers: Iterable[UUID]) -> dict[UUID, frozenset[UUID]]:
    """Return, for those of these viewers who are blocked from anyone, the blocked members."""
    ids = set(viewers)
    hidden: dict[UUID, set[UUID]] = defaultdict(set)
    for other, theirs in viewers_blocked_from(session, ids).items():
        for viewer in theirs:
            hidden[viewer].add(other)
    return {viewer: frozenset(others) for viewer, others in hidden.items()}
