"""Reads about rooms: the list with what is unread, one room, what surrounds a message."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased

from community.core.db import Page
from community.core.errors import Malformed, NotFound
from community.core.unit_of_work import Reading
from community.members.models import Member
from community.members.queries import is_active, kept_apart
from community.rooms import access
from community.rooms.log import MessageView, as_seen, messages
from community.rooms.models import Message, Room, RoomMembership


@dataclass(frozen=True)
class LastWords:
    """The newest message of a room, for a list."""

    author_handle: str
    text: str
    at: datetime


@dataclass(frozen=True)
class RoomView:
    """A room as the actor sees it; counters are 0 for a room they are not in."""

    id: UUID
    kind: str
    name: str
    topic: str
    joined: bool
    head_seq: int
    head_rev: int
    last_read_seq: int
    unread: int
    member_count: int
    last: LastWords | None = None


@dataclass(frozen=True)
class Marker:
    """How far a member has read a room, and what is new to them."""

    room_id: UUID
    last_read_seq: int
    unread: int


def my_rooms(look: Reading, *, limit: int = 200) -> list[RoomView]:
    """The rooms the actor is in, by creation, each with its newest message.

    A room for two bears the other one's handle, and is not there while the two are kept apart.
    """
    mine = look.session.execute(
        select(Room, RoomMembership.last_read_seq)
        .join(RoomMembership, RoomMembership.room_id == Room.id)
        .where(
            RoomMembership.member_id == look.actor.id,
            ~access.is_sanctioned(look, "room_ban", look.actor.id, Room.id),
        )
        .order_by(Room.created_at, Room.id)
        .limit(limit)
    ).all()
    names = _names_for_two(look, [room.id for room, _ in mine if room.kind == "pairing"])
    shown = [(room, last_read) for room, last_read in mine if room.kind != "pairing" or room.id in names]
    ids = [room.id for room, _ in shown]
    unread = {marker.room_id: marker.unread for marker in markers(look, look.actor.id)}
    counts = _member_counts(look, ids)
    newest = _newest(look, [(room.id, room.head_seq) for room, _ in shown])
    return [
        RoomView(
            room.id,
            room.kind,
            names.get(room.id, room.name),
            room.topic,
            True,
            room.head_seq,
            room.head_rev,
            last_read,
            unread.get(room.id, 0),
            counts.get(room.id, 0),
            newest.get(room.id),
        )
        for room, last_read in shown
    ]


def joinable_rooms(look: Reading, *, limit: int = 200) -> list[RoomView]:
    """The rooms the actor may come into, by creation."""
    inside = select(RoomMembership.room_id).where(RoomMembership.member_id == look.actor.id)
    rooms = look.session.scalars(
        select(Room)
        .where(access.may_join(look, look.actor), Room.id.not_in(inside))
        .order_by(Room.created_at, Room.id)
        .limit(limit)
    ).all()
    counts = _member_counts(look, [room.id for room in rooms])
    return [
        RoomView(room.id, room.kind, room.name, room.topic, False, 0, 0, 0, 0, counts.get(room.id, 0)) for room in rooms
    ]


def rooms(look: Reading, *, cursor: str | None, limit: int) -> Page[RoomView]:
    """All rooms the actor is in or may join: joined first, each by creation. Raises Malformed for a foreign cursor."""
    everything = [*my_rooms(look), *joinable_rooms(look)]
    start = 0
    if cursor is not None:
        places = {str(room.id): place for place, room in enumerate(everything)}
        if cursor not in places:
            raise Malformed("The cursor is not one of ours.")
        start = places[cursor] + 1
    page = everything[start : start + limit]
    more = start + limit < len(everything)
    return Page(page, str(page[-1].id) if more else None)


def room(look: Reading, room_id: UUID) -> RoomView:
    """One room the actor is in. Raises NotFound."""
    access.membership(look, room_id)
    for view in my_rooms(look):
        if view.id == room_id:
            return view
    raise NotFound


def markers(look: Reading, member_id: UUID, *, room_ids: Collection[UUID] | None = None) -> list[Marker]:
    """For each of a member's rooms: how far they read, and how many messages of others stand after it."""
    hidden = kept_apart(look.session, member_id)
    counts: ColumnElement[bool] = and_(
        Message.room_id == RoomMembership.room_id,
        Message.seq > RoomMembership.last_read_seq,
        Message.author_id != member_id,
        Message.removed_at.is_(None),
    )
    if hidden:
        counts = and_(counts, Message.author_id.not_in(hidden))
    query = (
        select(RoomMembership.room_id, RoomMembership.last_read_seq, func.count(Message.id))
        .outerjoin(Message, counts)
        .where(RoomMembership.member_id == member_id)
        .group_by(RoomMembership.room_id, RoomMembership.last_read_seq)
    )
    if room_ids is not None:
        query = query.where(RoomMembership.room_id.in_(room_ids))
    return [Marker(room_id, seq, unread) for room_id, seq, unread in look.session.execute(query)]


def marker(look: Reading, room_id: UUID) -> Marker:
    """The actor's marker in a room. Raises NotFound."""
    access.membership(look, room_id)
    return markers(look, look.actor.id, room_ids=[room_id])[0]


def unread_rooms(look: Reading) -> int:
    """In how many rooms something is new for the actor."""
    return sum(1 for one in markers(look, look.actor.id) if one.unread)


@dataclass(frozen=True)
class Context:
    """A message and what stood around it, for a report."""

    room_id: UUID
    author_id: UUID
    message: MessageView
    around: tuple[MessageView, ...]


def message_with_context(look: Reading, message_id: UUID, *, around: int = 5) -> Context:
    """A message the actor sees, with up to `around` messages before and after it. Raises NotFound."""
    row = access.message_to_see(look, message_id)
    here = and_(Message.room_id == row.room_id, Message.seq.between(row.seq - around, row.seq + around))
    views = as_seen(look, messages(look.session, here, order=Message.seq, limit=2 * around + 1))
    reported = next(view for view in views if view.id == row.id)
    return Context(row.room_id, row.author_id, reported, tuple(views))


def who_hears(look: Reading, room_id: UUID, *, first_seq: int, last_seq: int) -> tuple[str, set[UUID]]:
    """The room's kind, and who should be told of these posts: in a pairing the other one, elsewhere who was replied to.

    Only active members who are still in the room, and never somebody kept apart from the author.
    """
    kind = look.session.scalar(select(Room.kind).where(Room.id == room_id)) or ""
    replied = aliased(Message)
    posts = select(Message.author_id, replied.author_id).outerjoin(replied, replied.id == Message.reply_to)
    rows = look.session.execute(
        posts.where(Message.room_id == room_id, Message.seq.between(first_seq, last_seq), Message.removed_at.is_(None))
    ).all()
    inside = set(
        look.session.scalars(
            select(RoomMembership.member_id)
            .join(Member, Member.id == RoomMembership.member_id)
            .where(RoomMembership.room_id == room_id, is_active(look.now))
        )
    )
    told: set[UUID] = set()
    for author, answered in rows:
        wanted = inside - {author} if kind == "pairing" else {answered} & inside - {author}
        told |= wanted - kept_apart(look.session, author)
    return kind, told


def _names_for_two(look: Reading, ids: Collection[UUID]) -> dict[UUID, str]:
    """The other one's handle for each of these rooms for two; none for a room whose two are kept apart."""
    if not ids:
        return {}
    apart = kept_apart(look.session, look.actor.id)
    rows = look.session.execute(
        select(RoomMembership.room_id, Member.id, Member.handle)
        .join(Member, Member.id == RoomMembership.member_id)
        .where(RoomMembership.room_id.in_(ids), Member.id != look.actor.id)
    )
    return {room_id: handle for room_id, member_id, handle in rows if member_id not in apart}


def _member_counts(look: Reading, ids: Collection[UUID]) -> dict[UUID, int]:
    rows = look.session.execute(
        select(RoomMembership.room_id, func.count())
        .where(RoomMembership.room_id.in_(ids))
        .group_by(RoomMembership.room_id)
    )
    return dict(rows.all())


def _newest(look: Reading, heads: Iterable[tuple[UUID, int]]) -> dict[UUID, LastWords]:
    wanted = [and_(Message.room_id == room_id, Message.seq == seq) for room_id, seq in heads if seq]
    if not wanted:
        return {}
    views = as_seen(look, messages(look.session, or_(*wanted), order=Message.seq, limit=len(wanted)))
    return {
        view.room_id: LastWords(
            view.author.handle if view.author else "", view.body or "This message is gone.", view.created_at
        )
        for view in views
    }
