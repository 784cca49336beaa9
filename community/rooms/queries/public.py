"""Queries about rooms for other features: a first room, authors and times of posts, messages around a message."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from community.core.unit_of_work import ReadContext
from community.members.models import Member
from community.rooms import access
from community.rooms.models import Message, Room, RoomMembership
from community.rooms.queries.history import load_messages, to_view
from community.rooms.rules import messages
from community.rooms.views import MessageView


@dataclass(frozen=True)
class MessageContext:
    """A message and the messages around it, for a report."""

    room_id: UUID
    author_id: UUID
    message: MessageView
    around: tuple[MessageView, ...]


def message_with_context(ctx: ReadContext, message_id: UUID, *, around: int = 5) -> MessageContext:
    """Return a message that the actor sees, with up to `around` messages before and after it. Raises NotFound."""
    row = access.message_to_see(ctx, message_id)
    here = and_(Message.room_id == row.room_id, Message.seq.between(row.seq - around, row.seq + around))
    views = to_view(ctx, load_messages(ctx.session, here, order=Message.seq, limit=2 * around + 1))
    reported = next(view for view in views if view.id == row.id)
    return MessageContext(row.room_id, row.author_id, reported, tuple(views))


def last_posted_at(ctx: ReadContext, room_id: UUID) -> datetime | None:
    """Return the time of a room's newest post. The caller checks permission."""
    newest = select(Message.created_at).join(Room, (Room.id == Message.room_id) & (Room.head_seq == Message.seq))
    return ctx.session.scalar(newest.where(Room.id == room_id))


def open_rooms(ctx: ReadContext) -> dict[UUID, str]:
    """Return the names of the rooms that everyone may join."""
    query = select(Room.id, Room.name).where(Room.kind == "open", Room.archived_at.is_(None))
    return {row.id: row.name for row in ctx.session.execute(query.order_by(Room.name, Room.id))}


def first_room_for(session: Session, *, member_id: UUID, preferred: UUID | None = None) -> UUID | None:
    """Return the room in which a new member starts: the preferred one, one of their cohort, or the busiest open one."""
    cohort = select(Member.cohort_id).where(Member.id == member_id).scalar_subquery()
    query = (
        select(Room.id)
        .where(
            Room.archived_at.is_(None), or_(Room.kind == "open", and_(Room.kind == "cohort", Room.cohort_id == cohort))
        )
        .order_by(Room.id != preferred, Room.kind, Room.head_seq.desc(), Room.id)
    )
    return session.scalar(query.limit(1))


def is_in_shared_room(session: Session, *, member_id: UUID) -> bool:
    """Return whether a member is in an open or a cohort room."""
    query = (
        select(Room.id)
        .join(RoomMembership, RoomMembership.room_id == Room.id)
        .where(RoomMembership.member_id == member_id, Room.kind.in_(messages.SHARED_KINDS))
    )
    return session.scalar(query.limit(1)) is not None


@dataclass(frozen=True)
class Post:
    """A post without its text."""

    author_id: UUID
    client_msg_id: str
    created_at: datetime


def posts_between(session: Session, room_id: UUID, *, first_seq: int, last_seq: int) -> list[Post]:
    """Return the posts of a room from one `seq` to another, in order. For event handlers."""
    query = (
        select(Message.author_id, Message.client_msg_id, Message.created_at)
        .where(Message.room_id == room_id, Message.seq.between(first_seq, last_seq))
        .order_by(Message.seq)
    )
    return [Post(*row) for row in session.execute(query)]


def room_name(session: Session, room_id: UUID) -> str | None:
    """Return a room's own name."""
    return session.scalar(select(Room.name).where(Room.id == room_id))


def has_written(session: Session, *, room_id: UUID, member_id: UUID) -> bool:
    """Return whether a member has posted in a room."""
    posts = select(Message.id).where(Message.room_id == room_id, Message.author_id == member_id)
    return session.scalar(posts.limit(1)) is not None


def message_times(ctx: ReadContext, member_id: UUID, *, since: datetime) -> list[datetime]:
    """Return when a member wrote in any room since a moment. For that member's own figures only."""
    query = select(Message.created_at).where(Message.author_id == member_id, Message.created_at >= since)
    return list(ctx.session.scalars(query))
