"""Stand-ins: a buddy says that they are away today, the member may ask for cover, and a member who fits may accept."""

from datetime import timedelta
from uuid import UUID

from community.buddies.access import stand_ins
from community.buddies.events import StandInAccepted, StandInAnnounced, StandInDue, StandInRequested
from community.buddies.models.pairings import StandIn
from community.buddies.rules import STANDING_IN
from community.core.errors import Conflict
from community.core.ids import new_id
from community.core.unit_of_work import UnitOfWork
from community.members.actions import quotas
from community.members.queries.helping import can_help
from community.rooms.actions import managed_rooms
from community.rooms.actions.create import open_room
from community.rooms.actions.membership import remove_members


class AlreadyClaimed(Conflict):
    """Another member stands in already."""

    code = "already_claimed"
    message = "Someone else is already helping. Thank you."


class DayOver(Conflict):
    """The day has ended."""

    code = "day_over"
    message = "That day is over."


def cannot_today(uow: UnitOfWork, *, lasts: timedelta = STANDING_IN) -> int:
    """Announce to the actor's buddies that they are away today; each may ask for cover. Idempotent.

    Returns the number of buddies who are notified. A day that was withdrawn by `can_today` is announced again without
    another notification.
    """
    notified_count = 0
    for row in stand_ins.own_pairings_that_go_on(uow):
        other = row.other(uow.actor.id)
        if stand_ins.open_stand_in(uow, row.id, other) is not None:
            continue
        withdrawn = stand_ins.withdrawn_stand_in(uow, row.id, other)
        if withdrawn is not None:  # the buddy was notified already
            withdrawn.state = "offered"
            continue
        stand_in = StandIn(
            id=new_id(),
            pairing_id=row.id,
            member_id=other,
            state="offered",
            created_at=uow.now,
            ends_at=uow.now + lasts,
        )
        uow.session.add(stand_in)
        uow.session.flush()
        uow.record(StandInAnnounced(stand_in_id=stand_in.id))
        uow.schedule(stand_in.ends_at, StandInDue(stand_in_id=stand_in.id), key=f"stand_in:{stand_in.id}")
        notified_count += 1
    return notified_count


def can_today(uow: UnitOfWork) -> int:
    """Undo `cannot_today`, except for days on which a member stands in already. Idempotent.

    Returns the number of buddies for whom the actor is back.
    """
    rows = stand_ins.unclaimed_announcements(uow)
    for row in rows:
        row.state = "over"
    return len(rows)


def request_cover(uow: UnitOfWork, *, stand_in_id: UUID) -> StandIn:
    """Ask for a stand-in today. Idempotent. Raises NotFound, DayOver."""
    row = stand_ins.own_stand_in(uow, stand_in_id)
    if row.state == "over":
        raise DayOver
    if row.state == "offered":
        quotas.take(uow, quotas.STAND_INS)
        row.state = "wanted"
        uow.record(StandInRequested(stand_in_id=row.id))
    return row


def claim(uow: UnitOfWork, *, stand_in_id: UUID) -> StandIn:
    """Stand in for a member's buddy today, in a room of their own. Idempotent.

    Raises NotFound for members who were not asked, AlreadyClaimed, DayOver.
    """
    row = stand_ins.stand_in_to_claim(uow, stand_in_id)
    if row.state == "claimed" and row.claimed_by != uow.actor.id:
        raise AlreadyClaimed
    if row.state == "over":
        raise DayOver
    if row.state == "wanted":
        room = open_room(uow, kind="pairing", name="Today", members=(row.member_id, uow.actor.id))
        row.state, row.claimed_by, row.room_id = "claimed", uow.actor.id, room.id
        uow.session.flush()
        uow.record(StandInAccepted(stand_in_id=row.id))
    return row


def replace_helper(uow: UnitOfWork, *, member_id: UUID) -> None:
    """Ask others for the days on which a member stands in, when that member may no longer help."""
    if can_help(uow.session, member_id, now=uow.now):
        return
    for row in stand_ins.stand_ins_of_helper(uow, member_id):
        if row.room_id is not None:
            managed_rooms.close(uow, room_id=row.room_id)
        row.state, row.claimed_by, row.room_id = "wanted", None, None
        uow.session.flush()
        uow.record(StandInRequested(stand_in_id=row.id))


def end(uow: UnitOfWork, event: StandInDue) -> None:
    """End the day. Its messages stay readable for the two."""
    row = stand_ins.stand_in_to_end(uow, event.stand_in_id)
    if row is None or row.state == "over":
        return
    row.state = "over"
    if row.room_id is not None:
        managed_rooms.close(uow, room_id=row.room_id)


def end_between(uow: UnitOfWork, one: UUID, other: UUID) -> None:
    """End a stand-in between two members who are blocked now, and remove both from its room."""
    for row in stand_ins.stand_ins_between(uow, one, other):
        row.state = "over"
        if row.room_id is not None:
            remove_members(uow, room_id=row.room_id, members=(one, other))
            managed_rooms.close(uow, room_id=row.room_id)
