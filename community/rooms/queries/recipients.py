"""Recipients of the notifications of a post: the others in a room for two or a conversation, the author replied to, and
those mentioned.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, exists, or_, select
from sqlalchemy.orm import aliased

from community.core.unit_of_work import ReadContext
from community.members.models import Member
from community.members.queries.active_members import is_active
from community.members.queries.blocks import blocked_ids
from community.rooms.access import sanctions
from community.rooms.models import Message, MessageMention, Room, RoomMembership
from community.rooms.rules.messages import DIRECT_KINDS

# Only posts that are addressed to a member: a busy room costs its worker little. Prepared once.
_ANSWERED = aliased(Message)
_HAS_MENTION = exists().where(MessageMention.message_id == Message.id, MessageMention.is_notified)
ADDRESSED_MESSAGES = (
    select(Room.kind, Message.seq, Message.author_id, Message.id, _HAS_MENTION, _ANSWERED.author_id)
    .join(Room, Room.id == Message.room_id)
    .outerjoin(_ANSWERED, _ANSWERED.id == Message.reply_to)
    .where(
        Message.room_id == bindparam("room"),
        Message.seq.between(bindparam("first"), bindparam("last")),
        Message.removed_at.is_(None),
        or_(Room.kind.in_(DIRECT_KINDS), Message.reply_to.is_not(None), _HAS_MENTION),
    )
    .order_by(Message.seq)
)
MENTIONED_MEMBERS = select(MessageMention.member_id).where(
    MessageMention.message_id == bindparam("message"), MessageMention.is_notified
)


@dataclass(frozen=True)
class Recipient:
    """A member who is notified, the reason, and the message."""

    member_id: UUID
    why: str  # "pairing", "conversation", "reply" or "mention"
    seq: int
    author_id: UUID


def notification_recipients(ctx: ReadContext, room_id: UUID, *, first_seq: int, last_seq: int) -> list[Recipient]:
    """Return the members who are notified of these posts, each once, of the first post that is for them.

    Only active members who are in the room now and have not muted it, never a member blocked from the author. A reply
    counts before a mention.
    """
    here = {"room": room_id, "first": first_seq, "last": last_seq}
    found: dict[UUID, Recipient] = {}
    for kind, seq, author, message_id, names, answered in (
        ctx.session.connection().execute(ADDRESSED_MESSAGES, here).all()
    ):
        wanted: list[tuple[UUID, str]] = []
        if kind in DIRECT_KINDS:
            wanted = [(one, kind) for one in _unmuted_members(ctx, room_id)]
        else:
            if answered is not None:
                wanted += [(one, "reply") for one in _unmuted_members(ctx, room_id, ids=[answered])]
            if names:
                named = list(ctx.session.scalars(MENTIONED_MEMBERS, {"message": message_id}))
                wanted += [(one, "mention") for one in _unmuted_members(ctx, room_id, ids=named)]
        blocked = blocked_ids(ctx.session, author) if wanted else frozenset()
        for one, why in wanted:
            if one != author and one not in blocked:
                found.setdefault(one, Recipient(one, why, seq, author))
    return list(found.values())


def _unmuted_members(ctx: ReadContext, room_id: UUID, *, ids: list[UUID] | None = None) -> list[UUID]:
    """Return active members of the room who have not muted it: all, or those among these ids."""
    query = (
        select(RoomMembership.member_id)
        .join(Member, Member.id == RoomMembership.member_id)
        .where(
            RoomMembership.room_id == room_id,
            is_active(ctx.now),
            ~sanctions.is_kept_out(ctx, RoomMembership.member_id, RoomMembership.room_id),
            or_(RoomMembership.muted_until.is_(None), RoomMembership.muted_until <= ctx.now),
        )
    )
    if ids is not None:
        query = query.where(Member.id.in_(ids))
    return list(ctx.session.scalars(query.order_by(Member.id)))
