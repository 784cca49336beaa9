"""Conversations of a member with the coordinators: whose room it is, and the coordinators who may no longer see it.

Such a room has one member whose conversation it is. Everyone else in it is there as a coordinator, and sees it only as
long as their role has the permission and they are not separated from that member.
"""

from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import aliased

from community.core.permissions import Permission, roles_with
from community.core.unit_of_work import ReadContext
from community.members.models import Member
from community.members.queries.blocks import are_separated
from community.rooms.models import ConversationRoom

_STAFF = aliased(Member)


def sees_no_more(member_id: object, room_id: object) -> ColumnElement[bool]:
    """Return the condition that this is another member's conversation, and this member may not answer there.

    They were a coordinator when they came in and are not now, or they and the member are separated.
    """
    staff_roles = roles_with(Permission.ANSWER_MEMBERS)
    may_answer = exists().where(_STAFF.id == member_id, _STAFF.role.in_(staff_roles)).correlate_except(_STAFF)
    return (
        exists()
        .where(
            ConversationRoom.room_id == room_id,
            ConversationRoom.member_id != member_id,
            or_(~may_answer, are_separated(ConversationRoom.member_id, member_id)),
        )
        .correlate_except(ConversationRoom)
    )


def member_of_conversation(ctx: ReadContext, room_id: UUID) -> UUID | None:
    """Return the member whose conversation a room is. None for every other room."""
    return ctx.session.scalar(select(ConversationRoom.member_id).where(ConversationRoom.room_id == room_id))


def room_of_conversation(ctx: ReadContext, member_id: UUID) -> UUID | None:
    """Return the room of a member's conversation. None before the first one."""
    return ctx.session.scalar(select(ConversationRoom.room_id).where(ConversationRoom.member_id == member_id))
