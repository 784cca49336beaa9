"""Emoji reactions to messages."""

from uuid import UUID

from sqlalchemy import delete

from community.core.errors import Conflict, ValidationFailed
from community.core.unit_of_work import UnitOfWork
from community.rooms import access
from community.rooms.actions.messages import next_rev, refuse_if_closed, refuse_if_muted
from community.rooms.models import Message, MessageReaction
from community.rooms.rules import messages


def react(uow: UnitOfWork, *, message_id: UUID, emoji: str) -> Message:
    """Add the actor's emoji to a message. Idempotent.

    Raises NotFound, RoomClosed, Muted, ValidationFailed for anything but one emoji, Conflict for too many.
    """
    room, message = access.message_to_answer(uow, message_id)
    sign = messages.canonical_emoji(emoji)
    if sign is None:
        raise ValidationFailed(errors={"emoji": ["Use one emoji."]})
    refuse_if_closed(room)
    refuse_if_muted(uow, room)
    mine = access.own_reactions(uow, message)
    if sign in mine:
        return message
    if len(mine) >= messages.MAX_REACTIONS_PER_MEMBER:
        raise Conflict("You’ve added as many reactions as one message can have.")
    uow.session.add(MessageReaction(message_id=message.id, member_id=uow.actor.id, emoji=sign, created_at=uow.now))
    next_rev(uow, room, message)
    return message


def take_back_reaction(uow: UnitOfWork, *, message_id: UUID, emoji: str) -> Message:
    """Remove the actor's emoji from a message. Idempotent. Raises NotFound."""
    room, message = access.message_to_answer(uow, message_id)
    sign = messages.canonical_emoji(emoji)
    if sign is None:
        return message
    gone = uow.session.execute(
        delete(MessageReaction)
        .where(
            MessageReaction.message_id == message.id,
            MessageReaction.member_id == uow.actor.id,
            MessageReaction.emoji == sign,
        )
        .returning(MessageReaction.emoji)
    ).all()
    if gone:
        next_rev(uow, room, message)
    return message
