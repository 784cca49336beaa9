"""Conversations as coordinators and their members see them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from community.conversations import access
from community.conversations.models import Conversation
from community.core.db import Page, keyset_page
from community.core.permissions import Permission
from community.core.unit_of_work import ReadContext
from community.members.queries.blocks import blocked_ids
from community.members.queries.on_call import Staffing, staffing
from community.members.queries.people import handles
from community.rooms.queries.room_heads import RoomHead, room_heads


@dataclass(frozen=True)
class ConversationView:
    """A conversation in the coordinators' list. `owner` is the handle of the coordinator who answers, if any."""

    room_id: UUID
    member_id: UUID
    handle: str
    owner: str | None
    is_mine: bool
    opened_at: datetime
    closed_at: datetime | None
    waiting_since: datetime | None


@dataclass(frozen=True)
class Recipient:
    """A member to whom a coordinator writes, and their conversation if there is one."""

    member_id: UUID
    handle: str
    conversation: ConversationView | None


@dataclass(frozen=True)
class ConversationHead:
    """The head of a conversation, above its messages. `member_id` is set for coordinators only."""

    room_id: UUID
    member_id: UUID | None
    owner: str | None
    is_mine: bool
    is_closed: bool
    staffing: Staffing


def recipient(ctx: ReadContext, member_id: UUID) -> Recipient:
    """Return a member to whom the acting coordinator may write. Raises Forbidden, NotFound."""
    member = access.member_to_write_to(ctx, member_id)
    row = access.conversation_of(ctx, member.id)
    return Recipient(member.id, member.handle, _views(ctx, [row])[0] if row else None)


def conversations(ctx: ReadContext, *, cursor: str | None, limit: int) -> Page[ConversationView]:
    """Return the open conversations, the one opened last first, without those of members separated from the actor.

    Who talks with the coordinators, never what they say. Raises Forbidden.
    """
    staff = ctx.permitted(Permission.ANSWER_MEMBERS)
    query = select(Conversation).where(
        Conversation.closed_at.is_(None),
        Conversation.member_id.not_in({staff.id, *blocked_ids(ctx.session, staff.id)}),
    )
    by = (Conversation.opened_at, Conversation.room_id)
    page = keyset_page(ctx.session, query, by=by, cursor=cursor, limit=limit, descending=True)
    return Page(_views(ctx, page.items), page.next_cursor)


def my_conversation(ctx: ReadContext) -> UUID | None:
    """Return the room of the actor's own conversation with the coordinators."""
    row = access.conversation_of(ctx, ctx.actor.id)
    return row.room_id if row else None


@room_heads.on("conversation")
def conversation_head(ctx: ReadContext, room_id: UUID) -> RoomHead | None:
    """Return the head of a conversation that the actor sees."""
    row = access.find_conversation(ctx, room_id)
    if row is None:
        return None
    answers_member = row.member_id != ctx.actor.id
    names = handles(ctx.session, [row.owner_id] if row.owner_id else [])
    head = ConversationHead(
        room_id=row.room_id,
        member_id=row.member_id if answers_member else None,
        owner=names.get(row.owner_id) if row.owner_id else None,
        is_mine=row.owner_id == ctx.actor.id,
        is_closed=row.closed_at is not None,
        staffing=staffing(ctx.session, now=ctx.now),
    )
    return RoomHead("conversations/_head.html", head)


def _views(ctx: ReadContext, rows: list[Conversation]) -> list[ConversationView]:
    names = handles(ctx.session, {one for row in rows for one in (row.member_id, row.owner_id) if one})
    return [
        ConversationView(
            room_id=row.room_id,
            member_id=row.member_id,
            handle=names[row.member_id],
            owner=names.get(row.owner_id) if row.owner_id else None,
            is_mine=row.owner_id == ctx.actor.id,
            opened_at=row.opened_at,
            closed_at=row.closed_at,
            waiting_since=row.waiting_since,
        )
        for row in rows
    ]
