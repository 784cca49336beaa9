"""Members who are suggested while a member types a mention."""

from uuid import UUID

from sqlalchemy import select

from community.core.unit_of_work import ReadContext
from community.members.models import Member
from community.members.queries.active_members import is_active
from community.members.queries.blocks import blocked_ids
from community.members.rules.handles import handle_key
from community.rooms import access
from community.rooms.models import RoomMembership
from community.rooms.views import Author

MAX_SUGGESTIONS = 8


def suggest_members(ctx: ReadContext, room_id: UUID, *, q: str = "", limit: int = MAX_SUGGESTIONS) -> list[Author]:
    """Return other members of the actor's room whose handles start with `q`, by handle.

    Members blocked from the actor are left out. Raises NotFound.
    """
    access.membership(ctx, room_id)
    key = handle_key(q)
    query = (
        select(Member.id, Member.handle)
        .join(RoomMembership, RoomMembership.member_id == Member.id)
        .where(
            RoomMembership.room_id == room_id,
            Member.id != ctx.actor.id,
            Member.id.not_in(blocked_ids(ctx.session, ctx.actor.id)),
            is_active(ctx.now),
        )
        .order_by(Member.handle_key)
        .limit(limit)
    )
    if key:
        query = query.where(Member.handle_key.startswith(key, autoescape=True))
    return [Author(member_id, handle) for member_id, handle in ctx.session.execute(query)]
