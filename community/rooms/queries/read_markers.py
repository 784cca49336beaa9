"""Read markers: how far members have read each room, and how much is unread."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, func, or_, select

from community.core.db import UTCDateTime
from community.core.unit_of_work import ReadContext
from community.members.queries.blocks import blocked_ids
from community.rooms import access
from community.rooms.access import sanctions
from community.rooms.models import Message, Room, RoomMembership
from community.rooms.queries.unread_counts import READ_UP_TO, count_by_hidden, written_count


@dataclass(frozen=True)
class Marker:
    """A member's read marker in a room, and the number of unread messages."""

    room_id: UUID
    last_read_seq: int
    unread: int


def markers(ctx: ReadContext, member_id: UUID, *, room_ids: Collection[UUID] | None = None) -> list[Marker]:
    """Return the read markers of a member's rooms, with the unread messages of others.

    One statement, and two more for members who are blocked from anyone; `unread_counts.py` explains the counting.
    """
    if room_ids is None:
        rows = ctx.session.execute(MARKERS, {"member": member_id}).all()
    else:
        rows = ctx.session.execute(MARKERS_IN, {"member": member_id, "rooms": list(room_ids)}).all()
    behind = [room_id for room_id, _, count in rows if count]
    silent = count_by_hidden(ctx.session, member_id, behind, blocked_ids(ctx.session, member_id))
    return [Marker(room_id, seq, count - silent.get(room_id, 0)) for room_id, seq, count in rows]


def marker(ctx: ReadContext, room_id: UUID) -> Marker:
    """Return the actor's marker in a room. Raises NotFound."""
    access.membership(ctx, room_id)
    return markers(ctx, ctx.actor.id, room_ids=[room_id])[0]


def count_unread_rooms(ctx: ReadContext) -> int:
    """Return the number of the actor's rooms with unread messages, without rooms they mute or are banned from."""
    quiet = set(ctx.session.scalars(MUTED_OR_BANNED, {"member": ctx.actor.id, "now": ctx.now}))
    return sum(1 for one in markers(ctx, ctx.actor.id) if one.unread and one.room_id not in quiet)


# Prepared once: every page counts them.
_MINE = RoomMembership.member_id == bindparam("member")
_REMOVED = (
    select(func.count())
    .where(
        Message.room_id == RoomMembership.room_id,
        Message.seq > READ_UP_TO,
        Message.removed_at.is_not(None),
        Message.author_id != RoomMembership.member_id,
    )
    .correlate(RoomMembership, Room)
    .scalar_subquery()
)
MARKERS = (
    select(
        RoomMembership.room_id,
        RoomMembership.last_read_seq,
        Room.head_seq - READ_UP_TO - written_count(RoomMembership.member_id) - _REMOVED,
    )
    .join(Room, Room.id == RoomMembership.room_id)
    .where(_MINE)
)
MARKERS_IN = MARKERS.where(RoomMembership.room_id.in_(bindparam("rooms", expanding=True)))
_NOW = bindparam("now", type_=UTCDateTime())
MUTED_OR_BANNED = select(RoomMembership.room_id).where(
    _MINE,
    or_(
        RoomMembership.muted_until > _NOW,
        sanctions.is_kept_out_at(_NOW, RoomMembership.member_id, RoomMembership.room_id),
    ),
)
