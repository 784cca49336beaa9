"""A meetup's chat room: opened by a host, closed some days after the last date, open again when there is a next one.

Nobody is brought in or taken out where an answer is given: the answer's event leads here, and here one looks at what
holds now. So an event that comes late, twice, or after another one, ends in the same people.
"""

from uuid import UUID

from community.core.errors import Conflict
from community.core.unit_of_work import UnitOfWork
from community.meetups.access import chat_room, occurrences
from community.meetups.events import MeetupRoomDue, MeetupRoomOpened
from community.meetups.models import Meetup
from community.meetups.rules import capacity
from community.rooms.actions import managed_rooms
from community.rooms.actions.create import open_room
from community.rooms.actions.membership import remove_members


def change_room(uow: UnitOfWork, *, meetup_id: UUID, has_room: bool) -> Meetup:
    """Give those going a room to talk in, or close it. Twice is once.

    Raises Forbidden, NotFound, Conflict when no date is to come.
    """
    occurrences.meetup_to_host(uow, meetup_id)
    meetup = occurrences.locked_meetup(uow, meetup_id)
    set_room(uow, meetup, has_room=has_room)
    return meetup


def set_room(uow: UnitOfWork, meetup: Meetup, *, has_room: bool) -> None:
    """The same for a locked meetup that the actor may change."""
    meetup.room_over_at = None  # from here on somebody has decided
    if not has_room:
        if meetup.room_id is not None:
            managed_rooms.close(uow, room_id=meetup.room_id)
        return
    if chat_room.room_needed_until(uow, meetup) is None:
        raise Conflict("There is no date to come that people could talk about.")
    if meetup.room_id is None:
        name = capacity.room_name(meetup.title)
        meetup.room_id = open_room(uow, kind="meetup", name=name, members=[uow.actor.id]).id
    else:
        managed_rooms.reopen(uow, room_id=meetup.room_id)
    uow.session.flush()
    uow.record(MeetupRoomOpened(meetup_id=meetup.id, room_id=meetup.room_id))


def rename_room(uow: UnitOfWork, meetup: Meetup) -> None:
    """The room of a locked meetup is called as the meetup is now."""
    if meetup.room_id is not None:
        managed_rooms.rename(uow, room_id=meetup.room_id, name=capacity.room_name(meetup.title))


def sync_member(uow: UnitOfWork, *, occurrence_id: UUID, member_id: UUID) -> None:
    """Somebody answered a date: bring them into its meetup's room, or take them out."""
    found = chat_room.room_of_occurrence(uow, occurrence_id)
    if found is None:
        return
    meetup_id, room_id = found
    managed_rooms.lock_room(uow, room_id=room_id)  # before looking: whoever answers meanwhile comes here after us
    if chat_room.belongs_in_room(uow, meetup_id, member_id):
        managed_rooms.add_member(uow, room_id=room_id, members=[member_id])
    elif member_id not in chat_room.staff_ids(uow):
        remove_members(uow, room_id=room_id, members=[member_id])


def sync_room(uow: UnitOfWork, *, meetup_id: UUID | None = None, occurrence_id: UUID | None = None) -> None:
    """See who belongs into a meetup's room now; close it when its last date is over for some days, or all are off.

    A room that was closed so is open again when a date is to come after all; one that somebody closed stays closed.
    """
    meetup = chat_room.meetup_with_room(uow, meetup_id=meetup_id, occurrence=occurrence_id)
    if meetup is None or meetup.room_id is None:
        return
    moment = chat_room.room_needed_until(uow, meetup)
    if moment is None:
        if managed_rooms.close(uow, room_id=meetup.room_id):
            meetup.room_over_at = uow.now
        return
    if meetup.room_over_at is not None:
        managed_rooms.reopen(uow, room_id=meetup.room_id, closed_at=meetup.room_over_at)
        meetup.room_over_at = None
    managed_rooms.set_members(
        uow,
        room_id=meetup.room_id,
        members=chat_room.room_member_ids(uow, meetup.id),
        may_stay=chat_room.staff_ids(uow),
    )
    uow.schedule(moment, MeetupRoomDue(meetup_id=meetup.id), key=f"meetup-room:{meetup.id}")
