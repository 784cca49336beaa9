"""Editing and removing messages. `engine/message_writer.py` posts them."""

from uuid import UUID

from sqlalchemy import delete

from community.core import audit_log
from community.core.errors import NotFound
from community.core.unit_of_work import UnitOfWork
from community.rooms import access
from community.rooms.engine import mentions, search_index
from community.rooms.engine.post_checks import Muted, RoomClosed
from community.rooms.events import MessageRemoved
from community.rooms.models import Message, MessageEdit, MessageMention, MessageReaction, Room


def edit_message(
    uow: UnitOfWork, *, message_id: UUID, body: str, wanted: mentions.MentionCandidates | None = None
) -> Message:
    """Change the text of the actor's message. Idempotent. Raises NotFound, RoomClosed, Muted.

    `wanted` are the handles the new text may name. Endpoints find them before they open the unit of work.
    """
    room, message = access.own_message(uow, message_id)
    refuse_if_closed(room)
    refuse_if_muted(uow, room)
    if message.removed_at is not None:
        raise NotFound
    if body != message.body:
        uow.session.add(MessageEdit(message_id=message.id, rev=message.rev, body=message.body, replaced_at=uow.now))
        message.body = body
        message.edited_at = uow.now
        next_rev(uow, room, message)
        [named] = mentions.resolve(uow.session, [(room.id, wanted or mentions.find_candidates(body))])
        mentions.replace_mentions(uow.session, message.id, named.members)
        search_index.index_messages(uow.session, message_ids=[message.id])
    return message


def remove_message(uow: UnitOfWork, *, message_id: UUID) -> None:
    """Remove a message as its author or as a coordinator: its place remains, its text is deleted. Idempotent.

    Raises NotFound.
    """
    room, message = access.message_to_remove(uow, message_id)
    if message.author_id != uow.actor.id and message.removed_at is None:
        audit_log.record(uow, "message.removed", subject_id=message.id, member_id=message.author_id, room_id=room.id)
    _remove(uow, room, message)


def remove_reported(uow: UnitOfWork, *, message_id: UUID) -> None:
    """Remove a message of any room as a coordinator who handles a report of it.

    The caller checks that there is a report. Raises Forbidden, NotFound.
    """
    room, message = access.reported_message(uow, message_id)
    _remove(uow, room, message)


def refuse_if_muted(uow: UnitOfWork, room: Room) -> None:
    """Raises Muted: a muted member may neither edit nor react."""
    if access.is_muted(uow, room.id):
        raise Muted


def refuse_if_closed(room: Room) -> None:
    """Raises RoomClosed: nothing is added to a closed room."""
    if room.archived_at is not None:
        raise RoomClosed


def _remove(uow: UnitOfWork, room: Room, message: Message) -> None:
    if message.removed_at is not None:
        return
    message.body = ""
    message.removed_at = uow.now
    message.removed_by = uow.actor.id
    message.pinned_at = None
    for traces in (MessageReaction, MessageEdit, MessageMention):
        uow.session.execute(delete(traces).where(traces.message_id == message.id))
    search_index.remove_messages(uow, message_ids=[message.id])
    next_rev(uow, room, message)
    uow.record(MessageRemoved(room_id=room.id, message_id=message.id, removed_by=uow.actor.id))


def next_rev(uow: UnitOfWork, room: Room, message: Message) -> None:
    """Count a change of a message in its room's log. The caller holds the room's lock."""
    room.head_rev += 1
    message.rev = room.head_rev
    uow.notify_room(room.id, head_seq=room.head_seq, head_rev=room.head_rev)
