"""What is done in rooms: open them, come and go, edit, remove, answer with a sign, read. Posting is in `writer`."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError

from community.core import audit
from community.core.errors import Conflict, Invalid, NotFound
from community.core.ids import new_id
from community.core.unit_of_work import UnitOfWork
from community.notifications.access import read_about
from community.rooms import access, rules, search
from community.rooms.events import MessagePosted, MessageRemoved
from community.rooms.models import Message, MessageEdit, MessageReaction, Room, RoomMembership
from community.rooms.standing import Muted, RoomClosed


class InByAnswer(Conflict):
    """You are in this room because you go to the meetup. Say there that you cannot come, or keep the room quiet."""

    code = "in_by_answer"


def create_room(
    uow: UnitOfWork,
    *,
    kind: str,
    name: str,
    topic: str = "",
    cohort_id: UUID | None = None,
    members: Iterable[UUID] = (),
) -> Room:
    """A coordinator opens a room and is in it; a cohort's room has the whole cohort in it from the start.

    Raises Forbidden, NotFound for members or a cohort that are not there, Invalid for a cohort room without a cohort.
    """
    staff = uow.staff
    if (kind == "cohort") is not (cohort_id is not None):
        raise Invalid(errors={"cohort_id": ["A room of kind cohort needs one; no other kind has one."]})
    wanted = {*members, staff.id}
    if cohort_id is not None:
        wanted |= access.members_of_cohort(uow, cohort_id)
    if access.members_among(uow, wanted) != wanted:
        raise Invalid(errors={"members": ["Some of these are not members."]})
    return open_room(uow, kind=kind, name=name, topic=topic, cohort_id=cohort_id, members=wanted)


def open_room(
    uow: UnitOfWork,
    *,
    kind: str,
    name: str,
    topic: str = "",
    cohort_id: UUID | None = None,
    members: Iterable[UUID] = (),
) -> Room:
    """A new room with these members in it. For features that have decided already who may: no permission is asked."""
    room = Room(
        id=new_id(),
        kind=kind,
        name=name,
        topic=topic,
        cohort_id=cohort_id,
        head_seq=0,
        head_rev=0,
        audience_version=0,
        created_at=uow.now,
    )
    uow.session.add(room)
    try:
        uow.session.flush()
    except IntegrityError as error:
        raise Invalid(errors={"cohort_id": ["There is no such cohort."]}) from error
    bring_in(uow, room, members)
    return room


def audience_changed(uow: UnitOfWork, *, room_id: UUID) -> None:
    """Somebody was shut out of a room, or let in again: whoever shows it looks anew who may see it."""
    room = access.locked_room(uow, room_id)
    room.audience_version += 1
    uow.ring_room(room.id, head_seq=room.head_seq, head_rev=room.head_rev)


def archive_room(uow: UnitOfWork, room_id: UUID) -> None:
    """Close a room for new words; what was said stays readable to who is in it. For features that have decided."""
    room = access.locked_room(uow, room_id)
    room.archived_at = room.archived_at or uow.now


def bring_in(uow: UnitOfWork, room: Room, members: Iterable[UUID]) -> None:
    """Make these members of a locked or new room; who is in already stays as they are.

    They start with everything read: nobody is greeted by a thousand unread messages.
    """
    inside = access.people_in(uow, room)
    fresh = [one for one in dict.fromkeys(members) if one not in inside]
    for member_id in fresh:
        uow.session.add(
            RoomMembership(room_id=room.id, member_id=member_id, joined_at=uow.now, last_read_seq=room.head_seq)
        )
    if fresh:
        room.audience_version += 1
        uow.session.flush()
        uow.ring_member(*fresh)


def take_out(uow: UnitOfWork, *, room_id: UUID, members: Iterable[UUID]) -> None:
    """These members are in a room no more; their open sockets get nothing of it. For features that have decided."""
    room = access.locked_room(uow, room_id)
    _out(uow, room, members)


def join(uow: UnitOfWork, *, room_id: UUID) -> None:
    """Come into a room. Twice is once. Raises NotFound."""
    room = access.room_to_join(uow, room_id)
    bring_in(uow, room, [uow.actor.id])


def leave(uow: UnitOfWork, *, room_id: UUID) -> None:
    """Go out of a room; the actor's open sockets get nothing more of it. Twice is once.

    Raises NotFound, InByAnswer for a meetup's room.
    """
    room = access.room_to_join(uow, room_id)
    if room.kind == "meetup" and not uow.actor.is_staff:
        raise InByAnswer
    _out(uow, room, [uow.actor.id])


def edit_message(uow: UnitOfWork, *, message_id: UUID, body: str) -> Message:
    """Change the words of one's own message. The same words change nothing. Raises NotFound, Muted."""
    room, message = access.own_message(uow, message_id)
    refuse_if_closed(room)
    _refuse_if_muted(uow, room)
    if message.removed_at is not None:
        raise NotFound
    if body != message.body:
        uow.session.add(MessageEdit(message_id=message.id, rev=message.rev, body=message.body, until=uow.now))
        message.body = body
        message.edited_at = uow.now
        next_rev(uow, room, message)
        search.index(uow, message_ids=[message.id])
    return message


def remove_message(uow: UnitOfWork, *, message_id: UUID) -> None:
    """Take a message back, or remove it as a coordinator: its place stays, its words go. Twice is once.

    Raises NotFound.
    """
    room, message = access.message_to_remove(uow, message_id)
    if message.author_id != uow.actor.id and message.removed_at is None:
        audit.record(uow, "message.removed", subject_id=message.id, member_id=message.author_id, room_id=room.id)
    _remove(uow, room, message)


def remove_reported(uow: UnitOfWork, *, message_id: UUID) -> None:
    """Remove a message as a coordinator who looks into a report of it, in whatever room.

    That there is a report is the caller's to check. Raises Forbidden, NotFound.
    """
    room, message = access.reported_message(uow, message_id)
    _remove(uow, room, message)


def react(uow: UnitOfWork, *, message_id: UUID, emoji: str) -> Message:
    """Answer a message with one sign. Twice is once. Raises NotFound, Muted, Invalid for what is not a sign."""
    room, message = access.message_to_answer(uow, message_id)
    if not rules.is_emoji(emoji):
        raise Invalid(errors={"emoji": ["Use one emoji."]})
    refuse_if_closed(room)
    _refuse_if_muted(uow, room)
    mine = access.own_signs(uow, message)
    if emoji in mine:
        return message
    if len(mine) >= rules.MOST_REACTIONS_PER_MEMBER:
        raise Conflict("That is enough for one message.")
    uow.session.add(MessageReaction(message_id=message.id, member_id=uow.actor.id, emoji=emoji, created_at=uow.now))
    next_rev(uow, room, message)
    return message


def take_back_reaction(uow: UnitOfWork, *, message_id: UUID, emoji: str) -> Message:
    """Take a sign back. Twice is once. Raises NotFound."""
    room, message = access.message_to_answer(uow, message_id)
    gone = uow.session.execute(
        delete(MessageReaction)
        .where(
            MessageReaction.message_id == message.id,
            MessageReaction.member_id == uow.actor.id,
            MessageReaction.emoji == emoji,
        )
        .returning(MessageReaction.emoji)
    ).all()
    if gone:
        next_rev(uow, room, message)
    return message


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
        read_about(uow, kind=MessagePosted.name, subject=room_id, up_to=seq)
        uow.ring_member(uow.actor.id)
    return access.membership(uow, room_id).last_read_seq


def _out(uow: UnitOfWork, room: Room, members: Iterable[UUID]) -> None:
    gone = uow.session.execute(
        delete(RoomMembership)
        .where(RoomMembership.room_id == room.id, RoomMembership.member_id.in_(list(members)))
        .returning(RoomMembership.member_id)
    ).all()
    if gone:
        room.audience_version += 1
        uow.ring_member(*(member_id for (member_id,) in gone))


def _refuse_if_muted(uow: UnitOfWork, room: Room) -> None:
    """Whoever may not write may not rewrite either, nor answer with signs."""
    if access.is_muted(uow, room.id):
        raise Muted


def refuse_if_closed(room: Room) -> None:
    """Nothing is added to a room that is closed. Raises RoomClosed."""
    if room.archived_at is not None:
        raise RoomClosed


def _remove(uow: UnitOfWork, room: Room, message: Message) -> None:
    if message.removed_at is not None:
        return
    message.body = ""
    message.removed_at = uow.now
    message.removed_by = uow.actor.id
    message.pinned_at = None
    for traces in (MessageReaction, MessageEdit):
        uow.session.execute(delete(traces).where(traces.message_id == message.id))
    search.forget(uow, message_ids=[message.id])
    next_rev(uow, room, message)
    uow.record(MessageRemoved(room_id=room.id, message_id=message.id, removed_by=uow.actor.id))


def next_rev(uow: UnitOfWork, room: Room, message: Message) -> None:
    """Count the change in the room's log; the room is locked."""
    room.head_rev += 1
    message.rev = room.head_rev
    uow.ring_room(room.id, head_seq=room.head_seq, head_rev=room.head_rev)
