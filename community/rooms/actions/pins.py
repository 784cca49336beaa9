"""Pinning and unpinning messages, a change of the message like any other."""

from uuid import UUID

from community.core.errors import Conflict
from community.core.unit_of_work import UnitOfWork
from community.rooms import access
from community.rooms.actions.messages import next_rev, refuse_if_closed
from community.rooms.models import Message
from community.rooms.rules import messages


class EnoughPins(Conflict):
    """A room has 20 pinned messages already."""

    code = "enough_pins"
    message = "A room can have up to 20 pinned messages. Unpin one first."


def pin(uow: UnitOfWork, *, message_id: UUID) -> Message:
    """Pin a message for everyone in the room. Idempotent.

    Raises NotFound, Forbidden, RoomClosed, EnoughPins.
    """
    room, message = access.message_to_pin(uow, message_id)
    refuse_if_closed(room)
    if message.pinned_at is not None:
        return message
    if access.pinned_count(uow, room.id) >= messages.MAX_PINS:
        raise EnoughPins
    message.pinned_at = uow.now
    next_rev(uow, room, message)
    return message


def unpin(uow: UnitOfWork, *, message_id: UUID) -> Message:
    """Unpin a message. Idempotent. Raises NotFound, Forbidden."""
    room, message = access.message_to_pin(uow, message_id)
    if message.pinned_at is not None:
        message.pinned_at = None
        next_rev(uow, room, message)
    return message
