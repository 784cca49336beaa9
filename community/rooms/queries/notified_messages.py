"""Messages that notifications are about, as the actor may see them."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.orm import aliased

from community.core.unit_of_work import ReadContext
from community.members.models import Member
from community.members.queries.blocks import blocked_ids
from community.rooms.access import sanctions
from community.rooms.models import Message, Room, RoomMembership
from community.rooms.rules.messages import DIRECT_KINDS

_ANSWERED = aliased(Message)


@dataclass(frozen=True)
class NotifiedMessage:
    """A message that was written to the actor. `why` is pairing, conversation, reply or mention."""

    room_id: UUID
    room_name: str
    author: str
    body: str
    why: str


def notified_messages(
    ctx: ReadContext, places: Collection[tuple[UUID, int]]
) -> dict[tuple[UUID, int], NotifiedMessage]:
    """Return the messages at these (room, seq) that the actor may read now.

    Left out are deleted and expired messages, those of blocked members, and those in rooms that the actor is not in.
    """
    me = ctx.actor.id
    query = (
        select(Room.id, Room.kind, Room.name, Message.seq, Message.body, Message.author_id, Member.handle)
        .add_columns(_ANSWERED.author_id.label("answered_id"))
        .join(Message, Message.room_id == Room.id)
        .join(Member, Member.id == Message.author_id)
        .join(RoomMembership, (RoomMembership.room_id == Room.id) & (RoomMembership.member_id == me))
        .outerjoin(_ANSWERED, _ANSWERED.id == Message.reply_to)
        .where(
            tuple_(Message.room_id, Message.seq).in_(set(places)),
            Message.removed_at.is_(None),
            Message.seq > Room.purged_through_seq,
            ~sanctions.is_kept_out(ctx, me, Room.id),
        )
    )
    hidden = blocked_ids(ctx.session, me)
    return {
        (row.id, row.seq): NotifiedMessage(row.id, row.name, row.handle, row.body, _why(row.kind, row.answered_id, me))
        for row in ctx.session.execute(query)
        if row.author_id not in hidden
    }


def _why(room_kind: str, answered_id: UUID | None, me: UUID) -> str:
    if room_kind in DIRECT_KINDS:
        return room_kind
    return "reply" if answered_id == me else "mention"
