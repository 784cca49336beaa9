"""Actions on conversations: open one, take it over, close it, and follow what is written there."""

from uuid import UUID

from community.conversations import access, rules
from community.conversations.events import (
    ConversationAnswered,
    ConversationClosed,
    ConversationOpened,
    ConversationWaiting,
)
from community.conversations.models import Conversation
from community.core import audit_log
from community.core.permissions import Permission
from community.core.unit_of_work import UnitOfWork
from community.members.queries.blocks import can_interact
from community.rooms.actions.conversations import OpenedRoom, open_conversation_room
from community.rooms.queries.public import posts_between


def open_conversation(
    uow: UnitOfWork, *, member_id: UUID, has_message: bool = False, is_urgent: bool = False
) -> OpenedRoom:
    """Open the conversation with a member, or return the open one. Idempotent. Each call is audited.

    The answer is new for a conversation that did not exist or was closed. Its member is notified of a new one, and of
    every one that is urgent, in quiet hours too. Raises Forbidden, NotFound.
    """
    member = access.member_to_write_to_locked(uow, member_id)
    room = open_conversation_room(uow, member_id=member.id)
    staff_id = uow.permitted(Permission.ANSWER_MEMBERS).id
    row = access.conversation_of(uow, member.id)
    is_new = row is None or row.closed_at is not None
    if row is None:
        row = Conversation(room_id=room.room_id, member_id=member.id, owner_id=staff_id, opened_at=uow.now)
        uow.session.add(row)
    elif is_new:
        row.owner_id, row.opened_at, row.closed_at = staff_id, uow.now, None
    uow.session.flush()
    if is_urgent:
        audit_log.record(uow, "conversation.urgent", subject_id=row.room_id, member_id=member.id)
    if is_new or is_urgent:
        uow.record(
            ConversationOpened(
                room_id=row.room_id,
                member_id=member.id,
                by=staff_id,
                has_message=has_message,
                is_urgent=is_urgent,
            )
        )
    return OpenedRoom(row.room_id, is_new)


def take_over(uow: UnitOfWork, *, room_id: UUID) -> bool:
    """Make the actor the coordinator who answers. Idempotent, audited. False when they were already.

    Raises Forbidden, NotFound.
    """
    row = access.conversation_to_answer(uow, room_id)
    staff_id = uow.permitted(Permission.ANSWER_MEMBERS).id
    if row.owner_id == staff_id:
        return False
    audit_log.record(
        uow, "conversation.taken", subject_id=row.room_id, member_id=row.member_id, before=row.owner_id, after=staff_id
    )
    row.owner_id = staff_id
    return True


def hand_over_conversations(uow: UnitOfWork, *, from_id: UUID, to_id: UUID) -> int:
    """Give the open conversations that one colleague answers to another, and return how many. Raises Forbidden.

    One whose member the new colleague is, or is kept apart from, waits for whoever answers next.
    """
    count = 0
    for row in access.open_conversations_of(uow, from_id, lock=True):
        may_answer = row.member_id != to_id and can_interact(uow.session, to_id, row.member_id)
        row.owner_id, count = (to_id, count + 1) if may_answer else (None, count)
    return count


def close(uow: UnitOfWork, *, room_id: UUID) -> None:
    """Close a conversation, which settles the tasks that led to it. Idempotent. Raises Forbidden, NotFound.

    It can still be read. When its member writes again, it is open again.
    """
    row = access.conversation_to_answer(uow, room_id)
    if row.closed_at is not None:
        return
    row.closed_at, row.waiting_since = uow.now, None
    staff_id = uow.permitted(Permission.ANSWER_MEMBERS).id
    audit_log.record(uow, "conversation.closed", subject_id=row.room_id, member_id=row.member_id)
    uow.record(ConversationClosed(room_id=row.room_id, member_id=row.member_id, by=staff_id))


def follow_posts(uow: UnitOfWork, *, room_id: UUID, first_seq: int, last_seq: int) -> None:
    """Note who wrote last in a conversation: its member waits for an answer, or a coordinator has answered.

    A message of its member opens a closed conversation again. Other rooms are left alone.
    """
    if access.find_conversation(uow, room_id) is None:
        return
    row = access.find_conversation(uow, room_id, lock=True)
    posts = posts_between(uow.session, room_id, first_seq=first_seq, last_seq=last_seq)
    written = [post for post in posts if not rules.is_note(post.client_msg_id)]
    if row is None or not written:
        return
    last = written[-1]
    if last.author_id == row.member_id:
        row.closed_at, row.waiting_since = None, row.waiting_since or last.created_at
        uow.record(ConversationWaiting(room_id=row.room_id, member_id=row.member_id))
    else:
        row.waiting_since = None
        uow.record(ConversationAnswered(room_id=row.room_id, member_id=row.member_id, by=last.author_id))
