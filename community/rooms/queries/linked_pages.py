"""What rooms and the features that open rooms tell of each other, as who looks may see it.

A feature above asks for `doors`: how its rooms stand to the actor. And it registers with `belongings` what its rooms
belong to, so that a room can show the way back to what it knows nothing of.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, exists, select

from community.core.kind_registries import KindRegistry
from community.core.unit_of_work import ReadContext
from community.members.models import Sanction
from community.members.queries.active_members import in_force
from community.rooms import access
from community.rooms.models import Room, RoomMembership


@dataclass(frozen=True)
class LinkedPage:
    """What a room belongs to: its name, the path of its page, and when it happens next, if it does."""

    title: str
    url: str
    next_at: datetime | None = None


Finder = Callable[[ReadContext, Collection[UUID]], Mapping[UUID, LinkedPage]]


class LinkedPageFinders(KindRegistry[Finder]):
    """What rooms of a kind belong to. A finder gets the look and room ids, and leaves out what is not to be seen."""

    def of(self, ctx: ReadContext, rooms: Iterable[Room]) -> dict[UUID, LinkedPage]:
        """What these rooms belong to, for those that belong to something that the actor may see."""
        found: dict[UUID, LinkedPage] = {}
        everything = list(rooms)
        for kind, finder in self._by_kind.items():
            ids = [room.id for room in everything if room.kind == kind]
            found.update(finder(ctx, ids) if ids else {})
        return found


linked_pages = LinkedPageFinders()


@dataclass(frozen=True)
class ActiveSanction:
    """What keeps somebody out of a room (`room_ban`) or from writing in it (`mute`); without `ends_at` for good."""

    id: UUID
    kind: str
    ends_at: datetime | None


@dataclass(frozen=True)
class RoomAccess:
    """Whether the actor is in a room, may come in, and whether it is closed; and what is held against them there."""

    is_in: bool
    may_come: bool
    is_closed: bool
    measure: ActiveSanction | None


def room_access_for(ctx: ReadContext, ids: Collection[UUID]) -> dict[UUID, RoomAccess]:
    """How rooms stand to the actor, for features that have one to show."""
    if not ids:
        return {}
    inside = exists().where(RoomMembership.room_id == Room.id, RoomMembership.member_id == ctx.actor.id)
    banned = access.is_sanctioned(ctx, "room_ban", ctx.actor.id, Room.id)
    rows = ctx.session.execute(
        select(Room.id, and_(inside, ~banned), access.may_join(ctx, ctx.actor), Room.archived_at).where(
            Room.id.in_(ids)
        )
    ).all()
    held = _held(ctx)
    return {
        room_id: RoomAccess(bool(is_in), bool(may), closed is not None, _heaviest(held, room_id))
        for room_id, is_in, may, closed in rows
    }


def sanction_in(ctx: ReadContext, room_id: UUID) -> ActiveSanction | None:
    """What is held against the actor in a room now: a ban before a mute, of several the one that ends last."""
    return _heaviest(_held(ctx), room_id)


def _held(ctx: ReadContext) -> list[Sanction]:
    return list(
        ctx.session.scalars(
            select(Sanction).where(
                Sanction.member_id == ctx.actor.id,
                Sanction.kind.in_(("room_ban", "mute")),
                in_force(ctx.now),
            )
        )
    )


def _heaviest(held: Iterable[Sanction], room_id: UUID) -> ActiveSanction | None:
    here = [one for one in held if one.room_id in (None, room_id)]
    if not here:
        return None
    most = max(here, key=lambda one: (one.kind == "room_ban", one.ends_at is None, one.ends_at or one.starts_at))
    return ActiveSanction(most.id, most.kind, most.ends_at)
