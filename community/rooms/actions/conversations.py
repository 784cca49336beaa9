"""Rooms of conversations: opening one, and the audit of each coordinator who opens one."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from community.core import audit_log
from community.core.permissions import Permission
from community.core.unit_of_work import Actor, ReadContext, UnitOfWork, UnitOfWorkFactory
from community.rooms import access
from community.rooms.access.conversations import member_of_conversation, room_of_conversation
from community.rooms.actions.create import open_room
from community.rooms.actions.membership import add_members
from community.rooms.models import ConversationRoom

NAME = "Talk with us"
TOPIC = "Coordinators can read and answer here. Each time one opens this, it’s logged."
REPEATS_WITHIN = timedelta(minutes=10)
OPENED, READ = "conversation.opened", "conversation.read"


@dataclass(frozen=True)
class OpenedRoom:
    """The room of a member's conversation. `is_new`: it did not exist before."""

    room_id: UUID
    is_new: bool


def open_conversation_room(uow: UnitOfWork, *, member_id: UUID) -> OpenedRoom:
    """Return the room of a member's conversation with the actor in it, and create it when there is none. Idempotent.

    Each call is audited. The caller checks that the actor may write to this member, and locks the member. Raises
    Forbidden.
    """
    staff = uow.permitted(Permission.ANSWER_MEMBERS)
    room_id, is_new = room_of_conversation(uow, member_id), False
    if room_id is None:
        room = open_room(uow, kind="conversation", name=NAME, topic=TOPIC, members=(member_id, staff.id))
        uow.session.add(ConversationRoom(room_id=room.id, member_id=member_id))
        uow.session.flush()
        room_id, is_new = room.id, True
    else:
        add_members(uow, access.locked_room(uow, room_id), [staff.id])
    audit_log.record(uow, OPENED, subject_id=room_id, member_id=member_id)
    return OpenedRoom(room_id, is_new)


def is_reading_to_audit(ctx: ReadContext, room_id: UUID) -> bool:
    """Return whether the actor is about to read another member's conversation, and no entry says so yet.

    An opening less than ten minutes ago by the same coordinator counts: a page that is loaded anew adds no entry.
    """
    member_id = member_of_conversation(ctx, room_id)
    if member_id in (None, ctx.actor.id):
        return False
    since = ctx.now - REPEATS_WITHIN
    return not any(
        audit_log.was_recorded(
            ctx.session, action, actor_id=ctx.actor.id, since=since, subject_id=room_id, member_id=member_id
        )
        for action in (OPENED, READ)
    )


def audit_reading(store: UnitOfWorkFactory, actor: Actor | None, room_id: UUID) -> None:
    """Record that a coordinator reads another member's conversation, once in ten minutes, before they are shown it.

    Other rooms and members who are no coordinators leave nothing. Raises NotFound.
    """
    if actor is None or not actor.may(Permission.ANSWER_MEMBERS):
        return
    with store.read_context(actor) as ctx:
        if not is_reading_to_audit(ctx, room_id):
            return
    with store.unit_of_work(actor) as uow:
        access.membership(uow, room_id)
        audit_log.record(uow, READ, subject_id=room_id, member_id=member_of_conversation(uow, room_id))
