"""Links between rooms and the features that own them, as the actor may see them.

A feature above calls `room_access_for` to show the actor's access to its rooms. It registers with `linked_pages` a
finder of the pages that its rooms belong to, so that a room links to a page of a feature it knows nothing of.
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
from community.rooms.access import sanctions
from community.rooms.access.conversations import member_of_conversation
from community.rooms.models import Room, RoomMembership


@dataclass(frozen=True)
class LinkedPage:
    """The page that a room belongs to: its title, its path, and its next time, if it has one.

    `zone` is the zone by which that time is shown. `zone_name` says so where the actor's own clock shows another time.
    """

    title: str
    url: str
    next_at: datetime | None = None
    zone: str | None = None
    zone_name: str = ""


Finder = Callable[[ReadContext, Collection[UUID]], Mapping[UUID, LinkedPage]]


class LinkedPageFinders(KindRegistry[Finder]):
    """Finders by room kind. A finder gets room ids, and leaves out pages that the actor may not see."""

    def of(self, ctx: ReadContext, rooms: Iterable[Room]) -> dict[UUID, LinkedPage]:
        """Return the linked pages of these rooms that the actor may see, by room."""
        found: dict[UUID, LinkedPage] = {}
        everything = list(rooms)
        for kind, finder in self._by_kind.items():
            ids = [room.id for room in everything if room.kind == kind]
            found.update(finder(ctx, ids) if ids else {})
        return found


linked_pages = LinkedPageFinders()


@dataclass(frozen=True)
class ActiveSanction:
    """A sanction that keeps a member out of a room (`room_ban`) or from writing in it (`mute`). No `ends_at`:
    permanent.
    """

    id: UUID
    kind: str
    ends_at: datetime | None


@dataclass(frozen=True)
class RoomAccess:
    """The actor's access to a room: membership, permission to join, closure, and their sanction there."""

    is_in: bool
    may_come: bool
    is_closed: bool
    measure: ActiveSanction | None


def room_access_for(ctx: ReadContext, ids: Collection[UUID]) -> dict[UUID, RoomAccess]:
    """Return the actor's access to these rooms, for features that own them."""
    if not ids:
        return {}
    inside = exists().where(RoomMembership.room_id == Room.id, RoomMembership.member_id == ctx.actor.id)
    banned = sanctions.is_sanctioned(ctx, "room_ban", ctx.actor.id, Room.id)
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
    """Return the actor's sanction in a room now: a ban before a mute, of several the one that ends last."""
    if member_of_conversation(ctx, room_id) == ctx.actor.id:
        return None  # a mute leaves the way to the coordinators open
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
    heaviest = max(here, key=lambda one: (one.kind == "room_ban", one.ends_at is None, one.ends_at or one.starts_at))
    return ActiveSanction(heaviest.id, heaviest.kind, heaviest.ends_at)
