"""Finding one's way in rooms: people to name, what is pinned, words, a day, a message by its place."""

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import and_, select

from community.core.db import Page
from community.core.errors import NotFound
from community.core.permissions import Permission
from community.core.unit_of_work import ReadContext
from community.members.models import Member
from community.members.queries.active_members import is_active
from community.members.queries.blocks import blocked_ids
from community.members.rules.handles import handle_key
from community.rooms import access
from community.rooms.engine.search_index import Found, find
from community.rooms.models import Message, MessageEdit, RoomMembership
from community.rooms.queries.history import messages as messages_
from community.rooms.queries.history import to_view
from community.rooms.queries.rooms import room, room_names
from community.rooms.rules import messages
from community.rooms.views import Author, MessageView

MAX_PEOPLE = 8
BEFORE_A_PLACE = 20


@dataclass(frozen=True)
class Version:
    """Words that a message had, and from when to when; without `until` it has them now."""

    body: str
    since: datetime
    until: datetime | None


def people(ctx: ReadContext, room_id: UUID, *, q: str = "", limit: int = MAX_PEOPLE) -> list[Author]:
    """Others in a room the actor is in whose handles begin like this, by handle. Nobody they are kept apart from."""
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


def pinned(ctx: ReadContext, room_id: UUID) -> list[MessageView]:
    """What a room keeps in view, the newest pin first, without what the actor may not see. Raises NotFound."""
    here_now = access.room_to_see(ctx, room_id)
    here = and_(Message.room_id == room_id, Message.pinned_at.is_not(None), Message.seq > here_now.cut_seq)
    views = messages_(ctx.session, here, order=Message.pinned_at.desc(), limit=messages.MAX_PINS)
    return [view for view in to_view(ctx, views) if not view.removed]


def search(
    ctx: ReadContext, *, words: str, room_id: UUID | None = None, cursor: str | None = None, limit: int = 20
) -> Page[Found]:
    """Messages with all of these words, newest first, in one room or all that the actor may read now.

    Raises NotFound for a room that is not theirs, Malformed for a foreign cursor.
    """
    rooms = room_names(ctx)
    if room_id is not None:
        if room_id not in rooms:
            raise NotFound
        rooms = {room_id: rooms[room_id]}
    return find(ctx, words=words, rooms=rooms, cursor=cursor, limit=limit)


def seq_on(ctx: ReadContext, room_id: UUID, *, day: date) -> int:
    """The first message on this day in the actor's zone, or the first after it, or the last there is; 0 without any.

    By the log's own order: places are searched by halves, so a long log costs no more than a short one.
    """
    here = access.room_to_see(ctx, room_id)
    begins = datetime.combine(day, time(), ZoneInfo(ctx.actor.time_zone))
    low, high = here.cut_seq + 1, here.head_seq + 1
    while low < high:
        middle = (low + high) // 2
        said_at = ctx.session.scalar(
            select(Message.created_at).where(Message.room_id == room_id, Message.seq == middle)
        )
        if said_at is not None and said_at >= begins:
            high = middle
        else:
            low = middle + 1
    return min(low, here.head_seq)


def around(ctx: ReadContext, room_id: UUID, *, seq: int, limit: int = 50) -> list[MessageView]:
    """A page of the log with a place in it, some of what stands before it and more of what follows. Raises NotFound."""
    begins = access.room_to_see(ctx, room_id).cut_seq
    here = and_(Message.room_id == room_id, Message.seq > max(begins, seq - BEFORE_A_PLACE - 1))
    return to_view(ctx, messages_(ctx.session, here, order=Message.seq, limit=limit))


@dataclass(frozen=True)
class Shown:
    """A message by itself, with the room it stands in and whether the actor may pin it."""

    message: MessageView
    room_id: UUID
    room_name: str
    may_pin: bool
    may_remove: bool


def one(ctx: ReadContext, message_id: UUID) -> Shown:
    """A message the actor sees, by itself. Raises NotFound."""
    row = access.message_to_see(ctx, message_id)
    [view] = to_view(ctx, messages_(ctx.session, Message.id == message_id, order=Message.seq, limit=1))
    here = room(ctx, row.room_id)
    is_mine = row.author_id == ctx.actor.id
    return Shown(
        view,
        here.id,
        here.name,
        here.kind == "pairing" or ctx.actor.may(Permission.MODERATE_MESSAGES),
        is_mine or ctx.actor.may(Permission.MODERATE_MESSAGES),
    )


def versions(ctx: ReadContext, message_id: UUID) -> list[Version]:
    """All that a message said, oldest first, what it says now last; nothing once it was removed.

    For cases; that there is one is the caller's to check, and that it is written down who looked.
    """
    row = ctx.session.get(Message, message_id)
    if row is None or row.removed_at is not None:
        return []
    before = ctx.session.scalars(
        select(MessageEdit).where(MessageEdit.message_id == message_id).order_by(MessageEdit.rev)
    ).all()
    begins = [row.created_at, *(one.until for one in before)]
    ends = [*(one.until for one in before), None]
    bodies = [*(one.body for one in before), row.body]
    return [Version(*one) for one in zip(bodies, begins, ends, strict=True)]
