"""What a member decides about a room for themselves: what is read, whether it rings, whether they show there."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import update

from community.core.errors import ValidationFailed
from community.core.unit_of_work import UnitOfWork
from community.notifications.access import mark_subject_read
from community.rooms import access
from community.rooms.events import MessagePosted
from community.rooms.models import RoomMembership

FOREVER = datetime(9999, 12, 31, tzinfo=UTC)


def mark_read(uow: UnitOfWork, *, room_id: UUID, seq: int) -> int:
    """Move the actor's marker forward to `seq`, at most to the room's last message; returns where it stands.

    It never moves back: the larger of old and new is taken in the database, in whatever order requests come.
    Raises NotFound.
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
    """Set the actor's marker back, so that the message at `seq` and all after it are new to them again.

    The only way back for a marker; it never moves forward by this. Raises NotFound.
    """
    place = access.membership(uow, room_id)
    place.last_read_seq = min(place.last_read_seq, max(seq - 1, 0))
    uow.notify_member(uow.actor.id)


def mute(uow: UnitOfWork, *, room_id: UUID, until: datetime | None = None) -> None:
    """Let nothing from a room ring for the actor until then, or until they say otherwise. It still counts what is new.

    Raises NotFound, Invalid for a moment that is over.
    """
    place = access.membership(uow, room_id)
    if until is not None and until <= uow.now:
        raise ValidationFailed(errors={"until": ["This is over already."]})
    place.muted_until = until or FOREVER
    uow.notify_member(uow.actor.id)


def unmute(uow: UnitOfWork, *, room_id: UUID) -> None:
    """Let the room ring again. Twice is once. Raises NotFound."""
    access.membership(uow, room_id).muted_until = None
    uow.notify_member(uow.actor.id)


def show_presence(uow: UnitOfWork, *, room_id: UUID) -> None:
    """Let others in the room see that the actor writes, and those who show it too that they are here.

    Off until they say so. Raises NotFound.
    """
    access.membership(uow, room_id).shows_presence = True


def hide_presence(uow: UnitOfWork, *, room_id: UUID) -> None:
    """Show it no longer. Raises NotFound."""
    access.membership(uow, room_id).shows_presence = False
