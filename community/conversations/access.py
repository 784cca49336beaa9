"""Loading conversations with permission: NotFound for whatever the actor may not see."""

from uuid import UUID

from sqlalchemy import select

from community.conversations.models import Conversation
from community.core.errors import NotFound
from community.core.permissions import Permission, Role
from community.core.unit_of_work import ReadContext, UnitOfWork
from community.members.models import Member
from community.members.queries.active_members import is_active
from community.members.queries.blocks import can_interact
from community.rooms import access as rooms_access


def member_to_write_to(ctx: ReadContext, member_id: UUID) -> Member:
    """Return an active member to whom the acting coordinator may write. Raises Forbidden, NotFound.

    NotFound for the coordinator themselves, for members above them, and for a member whom a block or a no-contact order
    separates from them: another coordinator writes then.
    """
    staff = ctx.permitted(Permission.ANSWER_MEMBERS)
    member = ctx.session.scalar(select(Member).where(Member.id == member_id, is_active(ctx.now)))
    if member is None or member.id == staff.id or Role(member.role).is_above(staff.role):
        raise NotFound
    if not can_interact(ctx.session, staff.id, member.id):
        raise NotFound
    return member


def member_to_write_to_locked(uow: UnitOfWork, member_id: UUID) -> Member:
    """Return the member of `member_to_write_to`, locked: two coordinators at once open one conversation."""
    member = member_to_write_to(uow, member_id)
    uow.session.refresh(member, with_for_update=True)
    return member


def conversation_to_answer(uow: UnitOfWork, room_id: UUID) -> Conversation:
    """Return a conversation that the actor is in as a coordinator, locked. Raises Forbidden, NotFound."""
    staff = uow.permitted(Permission.ANSWER_MEMBERS)
    rooms_access.membership(uow, room_id)
    row = find_conversation(uow, room_id, lock=True)
    if row is None or row.member_id == staff.id:
        raise NotFound
    return row


def open_conversations_of(ctx: ReadContext, staff_id: UUID, *, lock: bool = False) -> list[Conversation]:
    """Return the open conversations that a colleague answers, for an admin. Raises Forbidden."""
    _ = ctx.permitted(Permission.MANAGE_STAFF)
    query = select(Conversation).where(Conversation.owner_id == staff_id, Conversation.closed_at.is_(None))
    query = query.order_by(Conversation.room_id)
    return list(ctx.session.scalars(query.with_for_update() if lock else query))


def find_conversation(ctx: ReadContext, room_id: UUID, *, lock: bool = False) -> Conversation | None:
    """Return the conversation of a room, for events and for callers who have checked the permission."""
    query = select(Conversation).where(Conversation.room_id == room_id).execution_options(populate_existing=True)
    return ctx.session.scalar(query.with_for_update() if lock else query)


def conversation_of(ctx: ReadContext, member_id: UUID) -> Conversation | None:
    """Return a member's conversation, for callers who have checked the permission."""
    return ctx.session.scalar(select(Conversation).where(Conversation.member_id == member_id))
