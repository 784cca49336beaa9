"""Finding one's way in rooms: people to name, what is pinned, words, a day, a message by its place."""

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import and_, select

from community.core.db import Page
from community.core.errors import NotFound
from community.core.permissions import Permission
from community.core.unit_of_work import Reading
from community.members.models import Member
from community.members.queries.active import is_active
from community.members.queries.apart import kept_apart
from community.members.rules import handle_key
from community.rooms import access, rules
from community.rooms.models import Message, MessageEdit, RoomMembership
from community.rooms.queries.listing import room, room_names
from community.rooms.queries.log import as_seen, messages
from community.rooms.search import Found, find
from community.rooms.views import Author, MessageView

MOST_PEOPLE = 8
BEFORE_A_PLACE = 20


@dataclass(frozen=True)
class Version:
    """Words that a message had, and from when to when; without `until` it has them now."""

    body: str
    since: datetime
    until: datetime | None


def people(look: Reading, room_id: UUID, *, q: str = "", limit: int = MOST_PEOPLE) -> list[Author]:
    """Others in a room the actor is in whose handles begin like this, by handle. Nobody they are kept apart from."""
    access.membership(look, room_id)
    key = handle_key(q)
    query = (
        select(Member.id, Member.handle)
        .join(RoomMembership, RoomMembership.member_id == Member.id)
        .where(
            RoomMembership.room_id == room_id,
            Member.id != look.actor.id,
            Member.id.not_in(kept_apart(look.session, look.actor.id)),
            is_active(look.now),
        )
        .order_by(Member.handle_key)
        .limit(limit)
    )
    if key:
        query = query.where(Member.handle_key.startswith(key, autoescape=True))
    return [Author(member_id, handle) for member_id, handle in look.session.execute(query)]


def pinned(look: Reading, room_id: UUID) -> list[MessageView]:
    """What a room keeps in view, the newest pin first, without what the actor may not see. Raises NotFound."""
    here_now = access.room_to_see(look, room_id)
    here = and_(Message.room_id == room_id, Message.pinned_at.is_not(None), Message.seq > here_now.cut_seq)
    views = messages(look.session, here, order=Message.pinned_at.desc(), limit=rules.MOST_PINS)
    return [view for view in as_seen(look, views) if not view.removed]


def search(
    look: Reading, *, words: str, room_id: UUID | None = None, cursor: str | None = None, limit: int = 20
) -> Page[Found]:
    """Messages with all of these words, newest first, in one room or all that the actor may read now.

    Raises NotFound for a room that is not theirs, Malformed for a foreign cursor.
    """
    rooms = room_names(look)
    if room_id is not None:
        if room_id not in rooms:
            raise NotFound
        rooms = {room_id: rooms[room_id]}
    return find(look, words=words, rooms=rooms, cursor=cursor, limit=limit)


def seq_on(look: Reading, room_id: UUID, *, day: date) -> int:
    """The first message on this day in the actor's zone, or the first after it, or the last there is; 0 without any.

    By the log's own order: places are searched by halves, so a long log costs no more than a short one.
    """
    here = access.room_to_see(look, room_id)
    begins = datetime.combine(day, time(), ZoneInfo(look.actor.time_zone))
    low, high = here.cut_seq + 1, here.head_seq + 1
    while low < high:
        middle = (low + high) // 2
        said_at = look.session.scalar(
            select(Message.created_at).where(Message.room_id == room_id, Message.seq == middle)
        )
        if said_at is not None and said_at >= begins:
            high = middle
        else:
            low = middle + 1
    return min(low, here.head_seq)


def around(look: Reading, room_id: UUID, *, seq: int, limit: int = 50) -> list[MessageView]:
    """A page of the log with a place in it, some of what stands before it and more of what follows. Raises NotFound."""
    begins = access.room_to_see(look, room_id).cut_seq
    here = and_(Message.room_id == room_id, Message.seq > max(begins, seq - BEFORE_A_PLACE - 1))
    return as_seen(look, messages(look.session, here, order=Message.seq, limit=limit))


@dataclass(frozen=True)
class Shown:
    """A message by itself, with the room it stands in and whether the actor may pin it."""

    message: MessageView
    room_id: UUID
    room_name: str
    may_pin: bool
    may_remove: bool


def one(look: Reading, message_id: UUID) -> Shown:
    """A message the actor sees, by itself. Raises NotFound."""
    row = access.message_to_see(look, message_id)
    [view] = as_seen(look, messages(look.session, Message.id == message_id, order=Message.seq, limit=1))
    here = room(look, row.room_id)
    is_mine = row.author_id == look.actor.id
    return Shown(
        view,
        here.id,
        here.name,
        here.kind == "pairing" or look.actor.may(Permission.MODERATE_MESSAGES),
        is_mine or look.actor.may(Permission.MODERATE_MESSAGES),
    )


def versions(look: Reading, message_id: UUID) -> list[Version]:
    """All that a message said, oldest first, what it says now last; nothing once it was removed.

    For cases; that there is one is the caller's to check, and that it is written down who looked.
    """
    row = look.session.get(Message, message_id)
    if row is None or row.removed_at is not None:
        return []
    before = look.session.scalars(
        select(MessageEdit).where(MessageEdit.message_id == message_id).order_by(MessageEdit.rev)
    ).all()
    begins = [row.created_at, *(one.until for one in before)]
    ends = [*(one.until for one in before), None]
    bodies = [*(one.body for one in before), row.body]
    return [Version(*one) for one in zip(bodies, begins, ends, strict=True)]
