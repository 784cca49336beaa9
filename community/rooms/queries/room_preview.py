"""The newest messages of a room that a member has not joined, for its page before joining."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_

from community.core.unit_of_work import ReadContext
from community.rooms.models import Message, Room
from community.rooms.queries import room_members
from community.rooms.queries.history import load_messages, to_view
from community.rooms.queries.rooms import RoomView, room_to_join
from community.rooms.views import MessageView

MAX_MESSAGES = 20


@dataclass(frozen=True)
class RoomPreview:
    """A room before joining: what everyone may know of it, its staff, and for an open room its newest messages."""

    room: RoomView
    staff: tuple[str, ...]
    messages: tuple[MessageView, ...]


def room_preview(ctx: ReadContext, room_id: UUID) -> RoomPreview:
    """Return a room that the actor may join, ascending and without messages they may not see. Raises NotFound.

    Only an open room shows messages: any member can join it with one tap, and no one is told. Nothing is recorded.
    """
    room = room_to_join(ctx, room_id)
    staff = tuple(room_members.staff_handles(ctx, room_id))
    return RoomPreview(room, staff, _newest(ctx, room_id) if room.kind == "open" else ())


def _newest(ctx: ReadContext, room_id: UUID) -> tuple[MessageView, ...]:
    purged_through_seq = ctx.session.get_one(Room, room_id).purged_through_seq
    here = and_(Message.room_id == room_id, Message.seq > purged_through_seq, Message.removed_at.is_(None))
    views = to_view(ctx, load_messages(ctx.session, here, order=Message.seq.desc(), limit=MAX_MESSAGES))
    return tuple(view for view in reversed(views) if not view.removed)
