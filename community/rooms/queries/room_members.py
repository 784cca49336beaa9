"""Members of a room, as another member of it may see them."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from community.core.db import Page, keyset_page
from community.core.permissions import Permission, roles_with
from community.core.unit_of_work import ReadContext
from community.members.models import Member
from community.members.queries.active_members import is_active
from community.members.queries.blocks import blocked_ids
from community.rooms import access
from community.rooms.access import sanctions
from community.rooms.models import RoomMembership

STAFF_ROLES = frozenset(roles_with(Permission.GET_STAFF_NOTICES))


@dataclass(frozen=True)
class RoomMember:
    """A member of a room. Nothing tells whether they are present or what they have read."""

    id: UUID
    handle: str
    has_staff_badge: bool
    is_me: bool


def room_members(ctx: ReadContext, room_id: UUID, *, cursor: str | None = None, limit: int = 50) -> Page[RoomMember]:
    """Return the members of a room the actor is in, by handle.

    Members who are blocked from the actor, suspended, or banned from the room are left out. Raises NotFound, and
    BadRequest for an unknown cursor.
    """
    access.membership(ctx, room_id)
    query = (
        select(Member)
        .join(RoomMembership, RoomMembership.member_id == Member.id)
        .where(
            RoomMembership.room_id == room_id,
            Member.id.not_in(blocked_ids(ctx.session, ctx.actor.id)),
            is_active(ctx.now),
            ~sanctions.is_kept_out(ctx, Member.id, room_id),
        )
    )
    found = keyset_page(ctx.session, query, by=[Member.handle_key], cursor=cursor, limit=limit)
    return Page([_view(ctx, member) for member in found.items], found.next_cursor)


def staff_handles(ctx: ReadContext, room_id: UUID) -> list[str]:
    """Return the handles of staff in a room, by handle, without those blocked from the actor.

    The caller checks that the actor may see the room.
    """
    query = (
        select(Member.handle)
        .join(RoomMembership, RoomMembership.member_id == Member.id)
        .where(
            RoomMembership.room_id == room_id,
            Member.role.in_(STAFF_ROLES),
            Member.id.not_in(blocked_ids(ctx.session, ctx.actor.id)),
            is_active(ctx.now),
        )
        .order_by(Member.handle_key)
    )
    return list(ctx.session.scalars(query))


def _view(ctx: ReadContext, member: Member) -> RoomMember:
    return RoomMember(member.id, member.handle, member.role in STAFF_ROLES, member.id == ctx.actor.id)
