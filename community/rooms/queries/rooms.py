"""Rooms as the actor sees them: their own with unread counts, and those they may join."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, func, or_, select

from community.core.db import Page
from community.core.errors import BadRequest, NotFound
from community.core.unit_of_work import ReadContext
from community.members.models import Cohort
from community.members.queries.blocks import blocked_ids
from community.members.queries.on_call import is_unattended as is_room_unattended
from community.notifications.queries.previews import previews
from community.rooms import access
from community.rooms.access import sanctions
from community.rooms.models import Message, Room, RoomMembership
from community.rooms.queries.history import load_messages, to_view
from community.rooms.queries.linked_pages import LinkedPage, linked_pages
from community.rooms.queries.read_markers import markers
from community.rooms.queries.room_names import names_for_two, names_of_conversations
from community.rooms.rules import messages


@dataclass(frozen=True)
class LastMessage:
    """The newest message of a room, for a list. `shows_text`: the actor wants to see such words outside the room."""

    author_handle: str
    text: str
    at: datetime
    shows_text: bool = True


@dataclass(frozen=True)
class RoomView:
    """A room as the actor sees it. Counters are 0 for a room they are not in."""

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
    last: LastMessage | None = None
    rules: str = ""
    retention_days: int | None = None
    slow_seconds: int = 0
    archived: bool = False
    muted_until: datetime | None = None
    shows_presence: bool = False
    belongs_to: LinkedPage | None = None
    created_at: datetime | None = None
    cohort: str = ""


def my_rooms(ctx: ReadContext, *, limit: int = 200) -> list[RoomView]:
    """Return the rooms the actor is in, by creation, each with its newest message.

    A pairing room has the other member's handle as its name, and is left out while the two are blocked from each other.
    For coordinators a conversation has its member's handle as its name.
    """
    return _views(ctx, _places(ctx, limit=limit))


def room_names(ctx: ReadContext) -> dict[UUID, str]:
    """Return the rooms the actor may read now, by id, with the name each has for them."""
    places = _places(ctx, limit=200)
    return {room.id: name for room, _, name in places}


def _places(ctx: ReadContext, *, limit: int, only: UUID | None = None) -> list[tuple[Room, RoomMembership, str]]:
    """Return the actor's rooms and memberships, by creation, each with the name it has for them."""
    query = (
        select(Room, RoomMembership)
        .join(RoomMembership, RoomMembership.room_id == Room.id)
        .where(
            RoomMembership.member_id == ctx.actor.id,
            ~sanctions.is_kept_out(ctx, ctx.actor.id, Room.id),
        )
        .order_by(Room.created_at, Room.id)
        .limit(limit)
    )
    mine = ctx.session.execute(query if only is None else query.where(Room.id == only)).all()
    names = names_for_two(ctx, [room.id for room, _ in mine if room.kind == "pairing"])
    names |= names_of_conversations(ctx, [room.id for room, _ in mine if room.kind == "conversation"])
    return [
        (room, place, names.get(room.id, room.name))
        for room, place in mine
        if room.kind != "pairing" or room.id in names
    ]


def _views(ctx: ReadContext, places: Sequence[tuple[Room, RoomMembership, str]]) -> list[RoomView]:
    ids = [room.id for room, _, _ in places]
    unread = {marker.room_id: marker.unread for marker in markers(ctx, ctx.actor.id, room_ids=ids)}
    counts = _member_counts(ctx, ids)
    newest = _newest(ctx, [(room.id, room.head_seq) for room, _, _ in places])
    homes = linked_pages.of(ctx, [room for room, _, _ in places])
    cohorts = _cohort_names(ctx, [room for room, _, _ in places])
    return [
        RoomView(
            id=room.id,
            kind=room.kind,
            name=name,
            topic=room.topic,
            joined=True,
            head_seq=room.head_seq,
            head_rev=room.head_rev,
            last_read_seq=place.last_read_seq,
            unread=unread.get(room.id, 0),
            member_count=counts.get(room.id, 0),
            last=newest.get(room.id),
            rules=room.rules,
            retention_days=room.retention_days,
            slow_seconds=room.slow_seconds,
            archived=room.archived_at is not None,
            muted_until=place.muted_until if place.muted_until and place.muted_until > ctx.now else None,
            shows_presence=place.shows_presence,
            belongs_to=homes.get(room.id),
            created_at=room.created_at,
            cohort=cohorts.get(room.id, ""),
        )
        for room, place, name in places
    ]


def _cohort_names(ctx: ReadContext, rooms: Iterable[Room]) -> dict[UUID, str]:
    cohorts = {room.id: room.cohort_id for room in rooms if room.cohort_id}
    query = select(Cohort.id, Cohort.name).where(Cohort.id.in_(set(cohorts.values())))
    names = dict(ctx.session.execute(query).all()) if cohorts else {}
    return {room_id: names[cohort_id] for room_id, cohort_id in cohorts.items()}


def joinable_rooms(ctx: ReadContext, *, limit: int = 200) -> list[RoomView]:
    """Return the rooms the actor may join, by creation."""
    inside = select(RoomMembership.room_id).where(RoomMembership.member_id == ctx.actor.id)
    rooms = ctx.session.scalars(
        select(Room)
        .where(access.may_join(ctx, ctx.actor), Room.id.not_in(inside))
        .order_by(Room.created_at, Room.id)
        .limit(limit)
    ).all()
    return _from_outside(ctx, rooms)


def room_to_join(ctx: ReadContext, room_id: UUID) -> RoomView:
    """Return a room the actor may join. Raises NotFound."""
    found = ctx.session.scalars(select(Room).where(access.may_join(ctx, ctx.actor), Room.id == room_id)).all()
    if not found:
        raise NotFound
    return _from_outside(ctx, found)[0]


def may_join_again(ctx: ReadContext, room_id: UUID) -> bool:
    """Return whether the actor could join a room by themselves, if they left it."""
    return bool(ctx.session.scalar(select(Room.id).where(Room.id == room_id, access.may_join(ctx, ctx.actor))))


def _from_outside(ctx: ReadContext, rooms: Sequence[Room]) -> list[RoomView]:
    counts = _member_counts(ctx, [room.id for room in rooms])
    homes = linked_pages.of(ctx, rooms)
    cohorts = _cohort_names(ctx, rooms)
    return [
        RoomView(
            id=room.id,
            kind=room.kind,
            name=room.name,
            topic=room.topic,
            joined=False,
            head_seq=0,
            head_rev=0,
            last_read_seq=0,
            unread=0,
            member_count=counts.get(room.id, 0),
            rules=room.rules,
            retention_days=room.retention_days,
            slow_seconds=room.slow_seconds,
            belongs_to=homes.get(room.id),
            created_at=room.created_at,
            cohort=cohorts.get(room.id, ""),
        )
        for room in rooms
    ]


def list_rooms(ctx: ReadContext, *, cursor: str | None, limit: int) -> Page[RoomView]:
    """Return all rooms the actor is in or may join: joined first, each by creation. Raises BadRequest for an unknown
    cursor.
    """
    everything = [*my_rooms(ctx), *joinable_rooms(ctx)]
    start = 0
    if cursor is not None:
        places = {str(room.id): place for place, room in enumerate(everything)}
        if cursor not in places:
            raise BadRequest("This cursor isn't valid. Start again from the first page.")
        start = places[cursor] + 1
    page = everything[start : start + limit]
    more = start + limit < len(everything)
    return Page(page, str(page[-1].id) if more else None)


def room_view(ctx: ReadContext, room_id: UUID) -> RoomView:
    """Return a room the actor is in. Raises NotFound."""
    access.membership(ctx, room_id)
    views = _views(ctx, _places(ctx, limit=1, only=room_id))
    if not views:
        raise NotFound
    return views[0]


def is_unattended(ctx: ReadContext, room: RoomView) -> bool:
    """Return whether moderators watch rooms of this kind by a rota, and none is on shift now."""
    return room.kind in messages.MODERATED_KINDS and is_room_unattended(ctx.session, now=ctx.now)


def _member_counts(ctx: ReadContext, ids: Collection[UUID]) -> dict[UUID, int]:
    query = select(RoomMembership.room_id, func.count()).where(RoomMembership.room_id.in_(ids))
    hidden = blocked_ids(ctx.session, ctx.actor.id)
    if hidden:
        query = query.where(RoomMembership.member_id.not_in(hidden))
    return dict(ctx.session.execute(query.group_by(RoomMembership.room_id)).all())


def _newest(ctx: ReadContext, heads: Iterable[tuple[UUID, int]]) -> dict[UUID, LastMessage]:
    wanted = [and_(Message.room_id == room_id, Message.seq == seq) for room_id, seq in heads if seq]
    if not wanted:
        return {}
    views = to_view(ctx, load_messages(ctx.session, or_(*wanted), order=Message.seq, limit=len(wanted)))
    policy = previews(ctx)
    return {
        view.room_id: LastMessage(
            view.author.handle if view.author else "",
            view.body or "",
            view.created_at,
            shows_text=policy.shows(view.body or ""),
        )
        for view in views
    }
