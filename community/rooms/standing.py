"""Whether a post may stand: how its author stands in its room at this moment, and every reason to refuse it.

**This is the place for refusals of messages**: slow mode, mutes, bans, whatever else keeps words out of a room. The
writer reads once for a whole batch (`standings`, one query, inside the transaction and with the rooms locked) and then
asks for each post, in order:

1. `hidden_from`: is the room there at all for this author? Ended sessions, who is not in the room, who is banned.
   These come before anything else, and say the same as for a room that does not exist.
2. Is it a repeat of something that stands? Then that is the answer, whatever has become of the author since: what was
   accepted once stays accepted, and a client that asks again after a mute or within a slow mode gets its message.
3. `unwelcome`: may they write here *now*? Closed rooms and mutes are here; a new reason is one more line here, and
   one more column in `standings` when it needs to know something. A refusal may carry `retry_after` in seconds.

A `Standing` belongs to one author in one room and lives as long as the batch: what an accepted post changes for the
author's next one in the same batch (slow mode: two at the same instant) is written to it in `note_accepted`.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select, tuple_

from community.core.errors import Conflict, NotFound, Refusal, SignInNeeded
from community.core.unit_of_work import Actor, UnitOfWork
from community.members.models import Block, Member, NoContact, Session
from community.members.queries import is_active
from community.rooms import access
from community.rooms.models import Room, RoomMembership


class RoomClosed(Conflict):
    """Nobody writes here any more. What was said stays readable."""

    code = "room_closed"


class Muted(Refusal):
    """You cannot write here for now."""

    code = "muted"
    status = 403


class Asked(Protocol):
    """What a refusal may look at in a post."""

    @property
    def actor(self) -> Actor:
        """Who posts."""

    @property
    def room_id(self) -> UUID:
        """Where to."""


class LockedRoom(NamedTuple):
    """A room's row, locked by this transaction."""

    id: UUID
    kind: str
    head_seq: int
    head_rev: int
    audience_version: int
    archived_at: datetime | None


@dataclass
class Standing:
    """How a member stands in a room; `sessions` are those of the asked ones that hold."""

    handle: str
    is_banned: bool
    is_muted: bool
    is_apart_from_somebody: bool
    sessions: set[UUID]

    def note_accepted(self, now: datetime) -> None:
        """A post of theirs was accepted in this batch."""


Standings = dict[tuple[UUID, UUID], Standing]


def hidden_from(uow: UnitOfWork, asked: Asked, room: LockedRoom | None, standing: Standing | None) -> Refusal | None:
    """Why the room is not there for the author, if it is not."""
    session_id = asked.actor.session_id
    if standing is None or room is None or standing.is_banned:
        return NotFound()
    if session_id is not None and session_id not in standing.sessions:
        return SignInNeeded()
    if room.kind == "pairing" and standing.is_apart_from_somebody and access.are_kept_apart(uow, room.id, asked.actor):
        return NotFound()
    return None


def unwelcome(room: LockedRoom, standing: Standing) -> Refusal | None:
    """Why the author may not write in the room now, if they may not."""
    if room.archived_at is not None:
        return RoomClosed()
    if standing.is_muted:
        return Muted()
    return None


def locked_rooms(uow: UnitOfWork, ids: Collection[UUID]) -> dict[UUID, LockedRoom]:
    """The rooms, locked in the order of their ids so that two processes never wait for each other."""
    columns = (Room.id, Room.kind, Room.head_seq, Room.head_rev, Room.audience_version, Room.archived_at)
    query = select(*columns).where(Room.id.in_(ids)).order_by(Room.id).with_for_update()
    return {row[0]: LockedRoom(*row) for row in uow.session.execute(query)}


def standings(uow: UnitOfWork, asked: Collection[Asked]) -> Standings:
    """How every author stands in the room they write to, by (room, member).

    None for who is not in it or not active.
    """
    pairs = {(one.room_id, one.actor.id) for one in asked}
    sessions = {one.actor.session_id for one in asked if one.actor.session_id is not None}
    member, room = RoomMembership.member_id, RoomMembership.room_id
    rows = uow.session.execute(
        select(
            room,
            member,
            Member.handle,
            access.is_sanctioned(uow, "room_ban", member, room),
            access.is_sanctioned(uow, "mute", member, room),
            _is_apart_from_somebody(),
            Session.id,
            Session.expires_at,
            Session.last_used_at,
            Session.idle_seconds,
        )
        .join(Member, Member.id == member)
        .outerjoin(Session, and_(Session.member_id == member, Session.id.in_(sessions)))
        .where(tuple_(room, member).in_(pairs), is_active(uow.now))
    )
    found: Standings = {}
    for room_id, member_id, handle, banned, muted, apart, session_id, expires_at, used_at, idle_seconds in rows:
        standing = found.setdefault((room_id, member_id), Standing(handle, banned, muted, apart, set()))
        if session_id and expires_at > uow.now and used_at + timedelta(seconds=idle_seconds) > uow.now:
            standing.sessions.add(session_id)
    return found


def _is_apart_from_somebody() -> ColumnElement[bool]:
    """Condition on `Member`: somebody must not see what they write. Who exactly is read only then."""
    blocks = exists().where(or_(Block.blocker_id == Member.id, Block.blocked_id == Member.id))
    orders = exists().where(
        or_(NoContact.first_id == Member.id, NoContact.second_id == Member.id), NoContact.ended_at.is_(None)
    )
    return or_(blocks, orders)
