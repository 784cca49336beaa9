"""Conditions that keep a member out of a room or from writing in it: sanctions, and the end of being a coordinator."""

from sqlalchemy import exists, or_
from sqlalchemy.sql.elements import ColumnElement

from community.core.unit_of_work import ReadContext
from community.members.models import Sanction
from community.members.queries.active_members import Moment, in_force
from community.rooms.access.conversations import sees_no_more


def is_sanctioned(ctx: ReadContext, kind: str, member_id: object, room_id: object) -> ColumnElement[bool]:
    """Return the condition that a sanction of this kind is in force against the member, in this room or everywhere."""
    return is_sanctioned_at(ctx.now, kind, member_id, room_id)


def is_sanctioned_at(now: Moment, kind: str, member_id: object, room_id: object) -> ColumnElement[bool]:
    """Return the condition of `is_sanctioned` at any moment, also at a bound parameter of a prepared statement."""
    return exists().where(
        Sanction.member_id == member_id,
        Sanction.kind == kind,
        or_(Sanction.room_id.is_(None), Sanction.room_id == room_id),
        in_force(now),
    )


def is_kept_out(ctx: ReadContext, member_id: object, room_id: object) -> ColumnElement[bool]:
    """Return the condition that a member of the room does not see it now: banned, or no longer a coordinator in
    somebody's conversation.
    """
    return is_kept_out_at(ctx.now, member_id, room_id)


def is_kept_out_at(now: Moment, member_id: object, room_id: object) -> ColumnElement[bool]:
    """Return the condition of `is_kept_out` at any moment, also at a bound parameter of a prepared statement."""
    return or_(is_sanctioned_at(now, "room_ban", member_id, room_id), sees_no_more(member_id, room_id))
