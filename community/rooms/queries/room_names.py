"""Names of rooms that are named after a member: rooms for two, and conversations."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from community.core.unit_of_work import ReadContext
from community.members.models import Member
from community.members.queries.blocks import blocked_ids
from community.rooms.models import ConversationRoom, RoomMembership


def names_for_two(ctx: ReadContext, ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the other member's handle for each of these pairing rooms, without those whose two are blocked."""
    if not ids:
        return {}
    blocked = blocked_ids(ctx.session, ctx.actor.id)
    rows = ctx.session.execute(
        select(RoomMembership.room_id, Member.id, Member.handle)
        .join(Member, Member.id == RoomMembership.member_id)
        .where(RoomMembership.room_id.in_(ids), Member.id != ctx.actor.id)
    )
    return {room_id: handle for room_id, member_id, handle in rows if member_id not in blocked}


def names_of_conversations(ctx: ReadContext, ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the member's handle for each of these conversations that is another member's."""
    if not ids:
        return {}
    rows = ctx.session.execute(
        select(ConversationRoom.room_id, Member.handle)
        .join(Member, Member.id == ConversationRoom.member_id)
        .where(ConversationRoom.room_id.in_(ids), Member.id != ctx.actor.id)
    )
    return dict(rows.all())
