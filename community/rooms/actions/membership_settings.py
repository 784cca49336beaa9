"""A member's own settings for a room: read marker, mute, presence."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import update

from community.core.errors import ValidationFailed
from community.core.unit_of_work import UnitOfWork
from community.notifications.access import mark_subject_read
from community.rooms import access
from community.rooms.events import MessagePosted
from community.rooms.models import RoomMembership
from community.rooms.rules.messages import FOREVER


def mark_read(uow: UnitOfWork, *, room_id: UUID, seq: int) -> int:
    """Move the actor's marker forward to `seq`, at most to the room's last message, and return its place.

    It never moves back: the database takes the larger of old and new, in whatever order requests come. Raises NotFound.
    """
    access.membership(uow, room_id)
    seq = min(seq, access.head_seq(uow, room_id))
    moved = uow.session.execute(
        update(RoomMembership)
        .where(
            RoomMembership.room_id == room_id,
            RoomMembership.member_id == uow.actor.id,
            RoomMembership.last_read_seq < seq,
        )
        .values(last_read_seq=seq)
        .returning(RoomMembership.last_read_seq)
        .execution_options(synchronize_session=False)
    ).all()
    if moved:
        mark_subject_read(uow, kind=MessagePosted.name, subject=room_id, up_to=seq)
        uow.notify_member(uow.actor.id)
    return access.membership(uow, room_id).last_read_seq


def mark_unread(uow: UnitOfWork, *, room_id: UUID, seq: int) -> None:
    """Move the actor's marker back: the message at `seq` and all after it are unread again.

    The only way back for a marker; this never moves it forward. Raises NotFound.
    """
    place = access.membership(uow, room_id)
    place.last_read_seq = min(place.last_read_seq, max(seq - 1, 0))
    uow.notify_member(uow.actor.id)


def mute(uow: UnitOfWork, *, room_id: UUID, until: datetime | None = None) -> None:
    """Mute a room for the actor until a moment, by default until they unmute it. Unread messages are still counted.

    Raises NotFound, ValidationFailed for a moment in the past.
    """
    place = access.membership(uow, room_id)
    if until is not None and until <= uow.now:
        raise ValidationFailed(errors={"until": ["Choose a time in the future."]})
    place.muted_until = until or FOREVER
    uow.notify_member(uow.actor.id)


def unmute(uow: UnitOfWork, *, room_id: UUID) -> None:
    """Unmute a room for the actor. Idempotent. Raises NotFound."""
    access.membership(uow, room_id).muted_until = None
    uow.notify_member(uow.actor.id)


def show_presence(uow: UnitOfWork, *, room_id: UUID) -> None:
    """Show the room that the actor is typing, and that they are present to members who show it too.

    Off by default. Raises NotFound.
    """
    access.membership(uow, room_id).shows_presence = True


def hide_presence(uow: UnitOfWork, *, room_id: UUID) -> None:
    """Hide the actor's typing and presence from the room. Raises NotFound."""
    access.membership(uow, room_id).shows_presence = False
