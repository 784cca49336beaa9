"""Members of a meetup's chat room, and the time until which the room is needed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, or_, select

from community.core.permissions import Permission, roles_with
from community.core.unit_of_work import ReadContext, UnitOfWork
from community.meetups.access.occurrences import locked_meetup
from community.meetups.models import Meetup, MeetupHost, Occurrence, Rsvp
from community.meetups.rules import capacity
from community.meetups.rules.rsvps import RsvpState
from community.members.models import Member


def room_of_occurrence(ctx: ReadContext, occurrence_id: UUID) -> tuple[UUID, UUID] | None:
    """Return the ids of an occurrence's meetup and its room, or None without a room."""
    found = ctx.session.execute(
        select(Meetup.id, Meetup.room_id)
        .join(Occurrence, Occurrence.meetup_id == Meetup.id)
        .where(Occurrence.id == occurrence_id, Meetup.room_id.is_not(None))
    ).one_or_none()
    return (found[0], found[1]) if found and found[1] else None


def meetup_with_room(
    uow: UnitOfWork, *, meetup_id: UUID | None = None, occurrence: UUID | None = None
) -> Meetup | None:
    """Return a meetup that has a room, found by its id or by an occurrence. Locks the meetup."""
    query = select(Meetup.id).where(Meetup.room_id.is_not(None))
    if occurrence is not None:
        query = query.join(Occurrence, Occurrence.meetup_id == Meetup.id).where(Occurrence.id == occurrence)
    else:
        query = query.where(Meetup.id == meetup_id)
    found = uow.session.scalar(query)
    return locked_meetup(uow, found) if found else None


def room_member_ids(ctx: ReadContext, meetup_id: UUID) -> set[UUID]:
    """Return the hosts of a meetup and the attendees of its recent and upcoming occurrences."""
    hosts = select(Meetup.host_id).where(Meetup.id == meetup_id)
    beside = select(MeetupHost.member_id).where(MeetupHost.meetup_id == meetup_id)
    return set(ctx.session.scalars(hosts.union(beside, _going(ctx, meetup_id))))


def belongs_in_room(ctx: ReadContext, meetup_id: UUID, member_id: UUID) -> bool:
    """Return whether a member hosts the meetup or goes to a recent or upcoming occurrence."""
    hosts = exists().where(Meetup.id == meetup_id, Meetup.host_id == member_id)
    beside = exists().where(MeetupHost.meetup_id == meetup_id, MeetupHost.member_id == member_id)
    going = _going(ctx, meetup_id).where(Rsvp.member_id == member_id).exists()
    return bool(ctx.session.scalar(select(or_(hosts, beside, going))))


def staff_ids(ctx: ReadContext) -> set[UUID]:
    """Return all coordinators, who may join such a room and stay."""
    return set(ctx.session.scalars(select(Member.id).where(Member.role.in_(roles_with(Permission.RUN_ROOMS)))))


def room_needed_until(ctx: ReadContext, meetup: Meetup) -> datetime | None:
    """Return when to check next whether a meetup's room is needed; None after its last occurrence."""
    dates = select(func.min(Occurrence.ends_at)).where(
        Occurrence.meetup_id == meetup.id, Occurrence.state == "scheduled", _is_recent(ctx)
    )
    ends_at: datetime | None = ctx.session.scalar(dates)
    return ends_at + capacity.ROOM_KEPT if ends_at else None


def _going(ctx: ReadContext, meetup_id: UUID) -> Select[UUID]:
    return (
        select(Rsvp.member_id)
        .join(Occurrence, Occurrence.id == Rsvp.occurrence_id)
        .where(Occurrence.meetup_id == meetup_id, Rsvp.state == RsvpState.GOING, _is_recent(ctx))
    )


def _is_recent(ctx: ReadContext) -> ColumnElement[bool]:
    return Occurrence.ends_at > ctx.now - capacity.ROOM_KEPT
