"""Membership and sanctions of the members of a batch: one query, inside the batch's transaction.

The message writer loads them for all authors of a batch, with the rooms locked; room subscriptions load them for all
members who open a room at the same time. A MemberStatus belongs to one member in one room and lives as long as the
batch. What an accepted post changes for its author's next one in the same batch (slow mode: two at the same instant) is
set by `note_accepted`. The refusals that follow from a status are in `post_checks.py`. A fact that a new refusal needs
is one more column of STATUSES.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from sqlalchemy import Select, and_, bindparam, select

from community.core.db import UTCDateTime
from community.core.unit_of_work import Actor, ReadContext, UnitOfWork
from community.members.actions.session_auth import is_use_noted, note_use
from community.members.models import Member, Session
from community.members.queries.active_members import is_active
from community.members.queries.blocks import is_separated_from_anyone
from community.members.queries.on_call import ROTA_LASTS, no_one_on_shift
from community.members.rules.accounts import is_session_valid
from community.rooms.access import sanctions
from community.rooms.models import Message, Room, RoomMembership
from community.rooms.rules import messages

# Prepared once: compiling a statement for every commit costs more than running it.
NOW = bindparam("now", type_=UTCDateTime())
ROTA_SINCE = bindparam("rota_since", type_=UTCDateTime())
ROOMS = (
    select(Room.id, Room.kind, Room.head_seq, Room.head_rev, Room.audience_version, Room.archived_at, Room.slow_seconds)
    .where(Room.id.in_(bindparam("rooms", expanding=True)))
    .order_by(Room.id)
)
ROOMS_LOCKED = ROOMS.with_for_update()
STATUSES = (
    select(
        RoomMembership.room_id,
        Member.id,
        Member.handle,
        sanctions.is_kept_out_at(NOW, Member.id, RoomMembership.room_id),
        sanctions.is_sanctioned_at(NOW, "mute", Member.id, RoomMembership.room_id),
        is_separated_from_anyone(Member.id),  # the blocked members are read only then
        Member.created_at,
        no_one_on_shift(NOW, since=ROTA_SINCE),
        Session.id,
        Session.expires_at,
        Session.last_used_at,
        Session.idle_seconds,
    )
    .select_from(Member)
    .outerjoin(
        RoomMembership,
        and_(RoomMembership.member_id == Member.id, RoomMembership.room_id.in_(bindparam("rooms", expanding=True))),
    )
    .outerjoin(Session, and_(Session.member_id == Member.id, Session.id.in_(bindparam("sessions", expanding=True))))
    .where(Member.id.in_(bindparam("members", expanding=True)), is_active(NOW))
)


class RoomRequest(Protocol):
    """A member's request about a room."""

    @property
    def actor(self) -> Actor:
        """Return the member."""

    @property
    def room_id(self) -> UUID:
        """Return the room."""


class KnownRoom(NamedTuple):
    """The columns of a room that a batch needs."""

    id: UUID
    kind: str
    head_seq: int
    head_rev: int
    audience_version: int
    archived_at: datetime | None
    slow_seconds: int


@dataclass
class MemberStatus:
    """A member's status in a room they are in. `is_unattended`: they are new, and no moderator is on shift."""

    handle: str
    is_banned: bool
    is_muted: bool
    has_blocks: bool
    is_unattended: bool = False
    last_posted_at: datetime | None = None

    def note_accepted(self, now: datetime) -> None:
        """Note that a post of theirs was accepted in this batch."""
        self.last_posted_at = now


@dataclass
class MemberStatuses:
    """Statuses of a batch by (room, member), for members who are in the room, and the sessions that are live.

    `unnoted` are the live sessions whose use was not noted lately: a post has to note it.
    """

    by_place: dict[tuple[UUID, UUID], MemberStatus]
    sessions: set[UUID]
    unnoted: set[UUID] = field(default_factory=set)

    def of(self, asked: RoomRequest) -> MemberStatus | None:
        """Return the status of a request's member in its room. None when they are not in it."""
        return self.by_place.get((asked.room_id, asked.actor.id))


def slow_seconds(room: KnownRoom, status: MemberStatus) -> int:
    """Return the seconds a member waits between two messages: the room's, or more for new members while no one is on
    shift.
    """
    is_watched_over = status.is_unattended and room.kind in messages.MODERATED_KINDS
    return max(room.slow_seconds, messages.UNATTENDED_SECONDS if is_watched_over else 0)


def load_last_post_times(uow: UnitOfWork, rooms: Mapping[UUID, KnownRoom], known: MemberStatuses) -> None:
    """Set `last_posted_at` of the statuses in locked rooms that are slow for their member.

    The rooms are locked, so no post comes between: of two posts at one instant, in whatever processes, one waits.
    """
    places = [
        place for place, status in known.by_place.items() if place[0] in rooms and slow_seconds(rooms[place[0]], status)
    ]
    if not places:
        return
    last = (
        select(Message.created_at)
        .where(Message.room_id == RoomMembership.room_id, Message.author_id == RoomMembership.member_id)
        .order_by(Message.seq.desc())
        .limit(1)
        .correlate(RoomMembership)
        .scalar_subquery()
    )
    query = select(RoomMembership.room_id, RoomMembership.member_id, last).where(
        RoomMembership.room_id.in_({room_id for room_id, _ in places}),
        RoomMembership.member_id.in_({member_id for _, member_id in places}),
    )
    for room_id, member_id, at in uow.session.execute(query):
        if (room_id, member_id) in known.by_place:
            known.by_place[room_id, member_id].last_posted_at = at


def known_rooms(ctx: ReadContext, ids: Collection[UUID]) -> dict[UUID, KnownRoom]:
    """Return these rooms, by id."""
    return _by_id(ctx, ROOMS, ids)


def locked_rooms(uow: UnitOfWork, ids: Collection[UUID]) -> dict[UUID, KnownRoom]:
    """Return these rooms, by id. Locks them in the order of their ids: two processes never wait for each other."""
    return _by_id(uow, ROOMS_LOCKED, ids)


def _by_id(ctx: ReadContext, query: Select[*tuple[Any, ...]], ids: Collection[UUID]) -> dict[UUID, KnownRoom]:
    rows = ctx.session.connection().execute(query, {"rooms": list(ids)})
    return {row[0]: KnownRoom(*row) for row in rows}


def member_statuses(ctx: ReadContext, asked: Collection[RoomRequest]) -> MemberStatuses:
    """Return the status of each request's member in its room. Inactive members have none."""
    return member_statuses_in(ctx, {one.room_id for one in asked}, [one.actor for one in asked])


def member_statuses_in(ctx: ReadContext, room_ids: Collection[UUID], actors: Collection[Actor]) -> MemberStatuses:
    """Return the statuses of these members in these rooms, and which of their sessions are live."""
    rows = ctx.session.connection().execute(
        STATUSES,
        {
            "now": ctx.now,
            "rota_since": ctx.now - ROTA_LASTS,
            "rooms": list(room_ids),
            "members": list({actor.id for actor in actors}),
            "sessions": list({actor.session_id for actor in actors if actor.session_id is not None}),
        },
    )
    found = MemberStatuses({}, set())
    for row in rows:
        room_id, member_id, handle, banned, muted, has_blocks, joined_at, is_room_unattended, *session = row
        session_id, expires_at, used_at, idle_seconds = session
        if session_id and is_session_valid(
            ctx.now, expires_at=expires_at, last_used_at=used_at, idle_seconds=idle_seconds
        ):
            found.sessions.add(session_id)
            if not is_use_noted(used_at, ctx.now):
                found.unnoted.add(session_id)
        if room_id and (room_id, member_id) not in found.by_place:
            is_unattended = is_room_unattended and joined_at > ctx.now - messages.NEW_MEMBER_PERIOD
            found.by_place[room_id, member_id] = MemberStatus(handle, banned, muted, has_blocks, is_unattended)
    return found


def note_posts(uow: UnitOfWork, known: MemberStatuses, authors: Iterable[Actor]) -> None:
    """Begin the idle time of the authors' sessions again. Most of the time that was done within the last minute."""
    used = [author.session_id for author in authors if author.session_id in known.unnoted]
    if used:
        note_use(uow, [one for one in used if one is not None])
