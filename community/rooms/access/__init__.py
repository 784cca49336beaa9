"""Loading rooms and messages with permission: NotFound for whatever the actor may not see."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import and_, exists, func, literal, or_, select
from sqlalchemy.sql.elements import ColumnElement

from community.core.errors import Forbidden, NotFound
from community.core.permissions import Permission, roles_with
from community.core.unit_of_work import Actor, ReadContext, UnitOfWork
from community.members.models import Member
from community.members.queries.blocks import blocked_ids
from community.rooms.access import sanctions
from community.rooms.access.conversations import member_of_conversation
from community.rooms.models import Message, MessageReaction, Room, RoomMembership
from community.rooms.rules import messages


def is_muted(ctx: ReadContext, room_id: UUID) -> bool:
    """Return whether the actor may not write in this room for now. A mute leaves the way to the coordinators open."""
    if member_of_conversation(ctx, room_id) == ctx.actor.id:
        return False
    return bool(ctx.session.scalar(select(sanctions.is_sanctioned(ctx, "mute", ctx.actor.id, room_id))))


def membership(ctx: ReadContext, room_id: UUID) -> RoomMembership:
    """Return the actor's membership of a room. Raises NotFound, also for a pairing room whose two are blocked."""
    found = ctx.session.execute(
        select(RoomMembership, Room.kind)
        .join(Room, Room.id == RoomMembership.room_id)
        .where(
            RoomMembership.room_id == room_id,
            RoomMembership.member_id == ctx.actor.id,
            ~sanctions.is_kept_out(ctx, ctx.actor.id, RoomMembership.room_id),
        )
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None or (found.kind == "pairing" and includes_blocked(ctx, room_id, ctx.actor)):
        raise NotFound
    return found[0]


def includes_blocked(ctx: ReadContext, room_id: UUID, actor: Actor) -> bool:
    """Return whether a member of the room is blocked from this member."""
    inside = set(ctx.session.scalars(select(RoomMembership.member_id).where(RoomMembership.room_id == room_id)))
    return bool(inside & blocked_ids(ctx.session, actor.id))


def room_to_see(ctx: ReadContext, room_id: UUID) -> Room:
    """Return a room the actor is in. Raises NotFound."""
    membership(ctx, room_id)
    return ctx.session.get_one(Room, room_id)


def locked_room(uow: UnitOfWork, room_id: UUID) -> Room:
    """Return a room, locked. Every change of `seq`, `rev` or the audience holds this lock. Raises NotFound."""
    room = uow.session.scalar(
        select(Room).where(Room.id == room_id).with_for_update().execution_options(populate_existing=True)
    )
    if room is None:
        raise NotFound
    return room


def may_join(ctx: ReadContext, actor: Actor) -> ColumnElement[bool]:
    """Return the condition on `Room` that this member may join it.

    Open rooms are open to all members, a cohort's room to its cohort and coordinators, a meetup's to coordinators:
    others join it by answering that they go.
    """
    cohort = select(Member.cohort_id).where(Member.id == actor.id).scalar_subquery()
    own_cohort = Room.cohort_id.is_not(None) if actor.may(Permission.RUN_ROOMS) else Room.cohort_id == cohort
    return and_(
        Room.archived_at.is_(None),
        or_(
            Room.kind == "open",
            and_(Room.kind == "cohort", own_cohort),
            and_(Room.kind == "meetup", literal(actor.may(Permission.RUN_ROOMS))),
        ),
        ~sanctions.is_sanctioned(ctx, "room_ban", actor.id, Room.id),
    )


def room_to_join(uow: UnitOfWork, room_id: UUID) -> Room:
    """Return a room the actor is in or may join, locked. Raises NotFound."""
    actor = uow.actor
    inside = exists().where(RoomMembership.room_id == Room.id, RoomMembership.member_id == actor.id)
    found = uow.session.scalar(
        select(Room.id).where(
            Room.id == room_id,
            or_(may_join(uow, actor), and_(inside, ~sanctions.is_kept_out(uow, actor.id, Room.id))),
        )
    )
    if found is None:
        raise NotFound
    return locked_room(uow, room_id)


def message_to_see(ctx: ReadContext, message_id: UUID) -> Message:
    """Return a message in a room the actor is in, by an author who is not blocked from them. Raises NotFound."""
    message = ctx.session.get(Message, message_id)
    if message is None or message.removed_at is not None:
        raise NotFound
    membership(ctx, message.room_id)
    if message.seq <= ctx.session.get_one(Room, message.room_id).purged_through_seq:
        raise NotFound
    if message.author_id in blocked_ids(ctx.session, ctx.actor.id):
        raise NotFound
    return message


def own_message(uow: UnitOfWork, message_id: UUID) -> tuple[Room, Message]:
    """Return a message of the actor's that is not removed, and its room, locked. Raises NotFound."""
    message = message_to_see(uow, message_id)
    if message.author_id != uow.actor.id:
        raise NotFound
    return _with_locked_room(uow, message)


def message_to_answer(uow: UnitOfWork, message_id: UUID) -> tuple[Room, Message]:
    """Return a message the actor sees, and its room, locked. Raises NotFound."""
    return _with_locked_room(uow, message_to_see(uow, message_id))


def message_to_remove(uow: UnitOfWork, message_id: UUID) -> tuple[Room, Message]:
    """Return a message that the actor wrote, or may remove as a coordinator, and its room, locked. Raises NotFound.

    Coordinators see open, cohort and meetup rooms and those they are in; never others' private or pairing rooms, and in
    conversations only their own messages.
    """
    message = uow.session.get(Message, message_id)
    if message is None:
        raise NotFound
    room = uow.session.get_one(Room, message.room_id)
    if not (uow.actor.may(Permission.MODERATE_MESSAGES) and room.kind in messages.STAFF_VISIBLE_KINDS):
        membership(uow, message.room_id)
        may_moderate = uow.actor.may(Permission.MODERATE_MESSAGES) and room.kind != "conversation"
        if message.author_id != uow.actor.id and not may_moderate:
            raise NotFound
    return _with_locked_room(uow, message)


def _with_locked_room(uow: UnitOfWork, message: Message) -> tuple[Room, Message]:
    room = locked_room(uow, message.room_id)
    uow.session.refresh(message)
    return room, message


def rooms_of_cohort(uow: UnitOfWork, cohort_id: UUID) -> list[Room]:
    """Return a cohort's open rooms, locked in the order of their ids."""
    query = select(Room).where(Room.kind == "cohort", Room.cohort_id == cohort_id, Room.archived_at.is_(None))
    return list(uow.session.scalars(query.order_by(Room.id).with_for_update()))


def reported_message(uow: UnitOfWork, message_id: UUID) -> tuple[Room, Message]:
    """Return a message of any room, for a coordinator who handles a report of it, locked.

    Raises Forbidden, NotFound.
    """
    _ = uow.permitted(Permission.HANDLE_REPORTS)
    message = uow.session.get(Message, message_id)
    if message is None:
        raise NotFound
    return _with_locked_room(uow, message)


def own_reactions(uow: UnitOfWork, message: Message) -> list[str]:
    """Return the actor's reactions to a message."""
    own = and_(MessageReaction.message_id == message.id, MessageReaction.member_id == uow.actor.id)
    return list(uow.session.scalars(select(MessageReaction.emoji).where(own)))


def head_seq(ctx: ReadContext, room_id: UUID) -> int:
    """Return the `seq` of a room's last message; 0 in a room without messages."""
    return ctx.session.scalar(select(Room.head_seq).where(Room.id == room_id)) or 0


def members_of(ctx: ReadContext, room: Room) -> set[UUID]:
    """Return the members of a room."""
    return set(ctx.session.scalars(select(RoomMembership.member_id).where(RoomMembership.room_id == room.id)))


def visible_presence(ctx: ReadContext, room_id: UUID) -> dict[UUID, str]:
    """Return the members who show their presence in a room, with their handles."""
    rows = ctx.session.execute(
        select(Member.id, Member.handle)
        .join(RoomMembership, RoomMembership.member_id == Member.id)
        .where(RoomMembership.room_id == room_id, RoomMembership.shows_presence)
    )
    return dict(rows.all())


def members_of_cohort(ctx: ReadContext, cohort_id: UUID) -> set[UUID]:
    """Return the members of a cohort who take part in rooms."""
    takes_part = Member.role.in_(roles_with(Permission.TAKE_PART))
    return set(ctx.session.scalars(select(Member.id).where(Member.cohort_id == cohort_id, takes_part)))


def members_among(ctx: ReadContext, ids: Collection[UUID]) -> set[UUID]:
    """Return those of these ids that are members who take part in rooms."""
    takes_part = Member.role.in_(roles_with(Permission.TAKE_PART))
    return set(ctx.session.scalars(select(Member.id).where(Member.id.in_(ids), takes_part)))


def room_to_oversee(ctx: ReadContext, room_id: UUID) -> Room:
    """Return a room whose settings a coordinator may see: open, a cohort's, a meetup's, or one they are in.

    Raises Forbidden, and NotFound also for every pairing room and conversation.
    """
    staff = ctx.permitted(Permission.RUN_ROOMS)
    inside = exists().where(RoomMembership.room_id == Room.id, RoomMembership.member_id == staff.id)
    theirs = and_(Room.kind.not_in(messages.DIRECT_KINDS), or_(Room.kind.in_(messages.STAFF_VISIBLE_KINDS), inside))
    room = ctx.session.scalar(select(Room).where(Room.id == room_id, theirs))
    if room is None:
        raise NotFound
    return room


def room_to_configure(uow: UnitOfWork, room_id: UUID) -> Room:
    """Return a room whose settings a coordinator may change, locked. Raises Forbidden, NotFound."""
    return locked_room(uow, room_to_oversee(uow, room_id).id)


def message_to_pin(uow: UnitOfWork, message_id: UUID) -> tuple[Room, Message]:
    """Return a message to pin or unpin, and its room, locked: for coordinators, in a pairing room for both members.

    Raises NotFound, Forbidden.
    """
    message = message_to_see(uow, message_id)
    room, message = _with_locked_room(uow, message)
    if room.kind != "pairing" and not uow.actor.may(Permission.MODERATE_MESSAGES):
        raise Forbidden
    return room, message


def pinned_count(ctx: ReadContext, room_id: UUID) -> int:
    """Return the number of pinned messages of a room."""
    here = and_(Message.room_id == room_id, Message.pinned_at.is_not(None))
    return ctx.session.scalar(select(func.count()).select_from(Message).where(here)) or 0
