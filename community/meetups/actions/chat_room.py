"""Chat room of a meetup: opened by a host, closed some days after the last occurrence, reopened when a new one follows.

Members join and leave through the events of RSVPs, and each event leads to a check of the present state. An event that
comes late, twice or out of order gives the same members.
"""

from uuid import UUID

from community.core.errors import Conflict
from community.core.unit_of_work import UnitOfWork
from community.meetups.access import chat_room, occurrences
from community.meetups.events import MeetupRoomDue, MeetupRoomOpened, RsvpConfirmed, RsvpPromoted, RsvpWithdrawn
from community.meetups.models import Meetup
from community.meetups.rules import capacity
from community.rooms.actions import managed_rooms
from community.rooms.actions.create import open_room
from community.rooms.actions.membership import remove_members


def change_room(uow: UnitOfWork, *, meetup_id: UUID, has_room: bool) -> Meetup:
    """Open a room for the attendees, or close it. Idempotent.

    Raises Forbidden, NotFound, Conflict when no occurrence is upcoming.
    """
    occurrences.meetup_to_host(uow, meetup_id)
    meetup = occurrences.locked_meetup(uow, meetup_id)
    set_room(uow, meetup, has_room=has_room)
    return meetup


def set_room(uow: UnitOfWork, meetup: Meetup, *, has_room: bool) -> None:
    """Open or close the room of a locked meetup that the actor may change. Raises Conflict as `change_room`."""
    meetup.room_closes_at = None  # a host has decided
    if not has_room:
        if meetup.room_id is not None:
            managed_rooms.close(uow, room_id=meetup.room_id)
        return
    if chat_room.room_needed_until(uow, meetup) is None:
        raise Conflict("Nothing is planned that people could talk about.")
    if meetup.room_id is None:
        name = capacity.room_name(meetup.title)
        meetup.room_id = open_room(uow, kind="meetup", name=name, members=[uow.actor.id]).id
    else:
        managed_rooms.reopen(uow, room_id=meetup.room_id)
    uow.session.flush()
    uow.record(MeetupRoomOpened(meetup_id=meetup.id, room_id=meetup.room_id))


def rename_room(uow: UnitOfWork, meetup: Meetup) -> None:
    """Give the room of a locked meetup the meetup's present title."""
    if meetup.room_id is not None:
        managed_rooms.rename(uow, room_id=meetup.room_id, name=capacity.room_name(meetup.title))


def sync_member(uow: UnitOfWork, event: RsvpConfirmed | RsvpPromoted | RsvpWithdrawn) -> None:
    """Add a member who answered an occurrence to its meetup's room, or remove them."""
    found = chat_room.room_of_occurrence(uow, event.occurrence_id)
    if found is None:
        return
    meetup_id, room_id = found
    managed_rooms.lock_room(uow, room_id=room_id)  # first: an answer given meanwhile is handled after this one
    if chat_room.belongs_in_room(uow, meetup_id, event.member_id):
        managed_rooms.add_member(uow, room_id=room_id, members=[event.member_id])
    elif event.member_id not in chat_room.staff_ids(uow):
        remove_members(uow, room_id=room_id, members=[event.member_id])


def sync_room(uow: UnitOfWork, *, meetup_id: UUID | None = None, occurrence_id: UUID | None = None) -> None:
    """Set the members of a meetup's room. Close it some days after the last occurrence, or when all are cancelled.

    A room closed this way opens again when an occurrence is upcoming after all. A room that a host closed stays closed.
    """
    meetup = chat_room.meetup_with_room(uow, meetup_id=meetup_id, occurrence=occurrence_id)
    if meetup is None or meetup.room_id is None:
        return
    moment = chat_room.room_needed_until(uow, meetup)
    if moment is None:
        if managed_rooms.close(uow, room_id=meetup.room_id):
            meetup.room_closes_at = uow.now
        return
    if meetup.room_closes_at is not None:
        managed_rooms.reopen(uow, room_id=meetup.room_id, closed_at=meetup.room_closes_at)
        meetup.room_closes_at = None
    managed_rooms.set_members(
        uow,
        room_id=meetup.room_id,
        members=chat_room.room_member_ids(uow, meetup.id),
        may_stay=chat_room.staff_ids(uow),
    )
    uow.schedule(moment, MeetupRoomDue(meetup_id=meetup.id), key=f"meetup-room:{meetup.id}")
