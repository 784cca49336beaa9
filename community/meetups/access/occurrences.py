"""Loading meetups and dates with permission and lock.

Locks are taken in one order: a meetup's row before those of its dates, dates by their ids.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, select

from community.core.errors import Conflict, Forbidden, NotFound
from community.core.permissions import Permission
from community.core.unit_of_work import ReadContext, UnitOfWork
from community.meetups.models import Meetup, MeetupHost, Occurrence


class RsvpClosed(Conflict):
    """Answers for this date are closed."""

    code = "rsvp_closed"
    message = "Answers for this date are closed."


def meetup_to_see(ctx: ReadContext, meetup_id: UUID) -> Meetup:
    """A meetup, for a member. Raises NotFound."""
    _ = ctx.actor
    meetup = ctx.session.get(Meetup, meetup_id)
    if meetup is None:
        raise NotFound
    return meetup


def can_host(ctx: ReadContext, meetup: Meetup) -> bool:
    """Whether the actor may change this meetup: coordinators, its host and those who host with them."""
    actor = ctx.actor
    if actor.may(Permission.RUN_MEETUPS) or actor.id == meetup.host_id:
        return True
    beside = exists().where(MeetupHost.meetup_id == meetup.id, MeetupHost.member_id == actor.id)
    return bool(ctx.session.scalar(select(beside)))


def meetup_to_host(ctx: ReadContext, meetup_id: UUID) -> Meetup:
    """A meetup that the actor may change. Raises NotFound, Forbidden."""
    meetup = meetup_to_see(ctx, meetup_id)
    if not can_host(ctx, meetup):
        raise Forbidden
    return meetup


def locked_meetup(uow: UnitOfWork, meetup_id: UUID) -> Meetup:
    """A meetup's row, locked: whoever changes its rule, its dates or its standing answers holds it. Raises NotFound."""
    meetup = uow.session.scalar(
        select(Meetup).where(Meetup.id == meetup_id).with_for_update().execution_options(populate_existing=True)
    )
    if meetup is None:
        raise NotFound
    return meetup


def locked_occurrence(uow: UnitOfWork, occurrence_id: UUID) -> Occurrence:
    """A date, locked: the one lock for answers, seats and state. Raises NotFound."""
    occurrence = uow.session.scalar(
        select(Occurrence)
        .where(Occurrence.id == occurrence_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if occurrence is None:
        raise NotFound
    return occurrence


def locked_occurrences(uow: UnitOfWork, meetup: Meetup, *where: ColumnElement[bool]) -> list[Occurrence]:
    """A meetup's dates that are not over, locked in the order of their ids, given in the order of time."""
    query = select(Occurrence).where(Occurrence.meetup_id == meetup.id, Occurrence.starts_at > uow.now, *where)
    found = uow.session.scalars(
        query.order_by(Occurrence.id).with_for_update().execution_options(populate_existing=True)
    )
    return sorted(found, key=lambda occurrence: (occurrence.starts_at, str(occurrence.id)))


def series_from(uow: UnitOfWork, occurrence_id: UUID) -> tuple[Meetup, list[Occurrence]]:
    """A meetup and its dates from this one on, all locked, for who hosts it.

    Raises Forbidden, NotFound, Conflict for a date that has begun or is off.
    """
    occurrence = uow.session.get(Occurrence, occurrence_id)
    if occurrence is None:
        raise NotFound
    meetup_to_host(uow, occurrence.meetup_id)
    meetup = locked_meetup(uow, occurrence.meetup_id)
    coming = locked_occurrences(uow, meetup)
    first = next((one for one in coming if one.id == occurrence_id and one.state == "scheduled"), None)
    if first is None:
        raise Conflict("This date is over or cancelled.")
    return meetup, [first, *(one for one in coming if one.starts_at >= first.starts_at and one is not first)]


def open_occurrence(uow: UnitOfWork, occurrence_id: UUID) -> Occurrence:
    """A date that takes answers, locked. Raises NotFound, RsvpClosed after its start, cancellation or pause."""
    _ = uow.actor
    occurrence = locked_occurrence(uow, occurrence_id)
    if occurrence.state != "scheduled" or occurrence.starts_at <= uow.now:
        raise RsvpClosed
    if uow.session.scalar(select(Meetup.paused_at).where(Meetup.id == occurrence.meetup_id)):
        raise RsvpClosed
    return occurrence


def occurrence_to_manage(uow: UnitOfWork, occurrence_id: UUID) -> Occurrence:
    """A date, locked, for who hosts it. Raises Forbidden, NotFound, Conflict when it is over or off."""
    occurrence = occurrence_to_host(uow, occurrence_id)
    if occurrence.state != "scheduled" or occurrence.ends_at <= uow.now:
        raise Conflict("This date is over or cancelled.")
    return occurrence


def hosted_occurrence(ctx: ReadContext, occurrence_id: UUID) -> Occurrence:
    """A date to look at, for who hosts it. Raises NotFound, Forbidden."""
    occurrence = ctx.session.get(Occurrence, occurrence_id)
    if occurrence is None:
        raise NotFound
    meetup_to_host(ctx, occurrence.meetup_id)
    return occurrence


def occurrence_to_host(uow: UnitOfWork, occurrence_id: UUID) -> Occurrence:
    """A date in whatever state, locked, for who hosts it. Raises Forbidden, NotFound."""
    occurrence = locked_occurrence(uow, occurrence_id)
    meetup_to_host(uow, occurrence.meetup_id)
    return occurrence


def recurrence_ids(ctx: ReadContext, meetup: Meetup) -> set[datetime]:
    """The rule's wall times of all dates of a meetup, whatever became of them."""
    found = ctx.session.scalars(select(Occurrence.recurrence_id).where(Occurrence.meetup_id == meetup.id))
    return {key for key in found if key is not None}


def occurrence_as_planned(uow: UnitOfWork, occurrence_id: UUID, version: int) -> Occurrence | None:
    """A date, locked, if it still is what was planned: there, on, of this version, of a series that goes on."""
    return uow.session.scalar(
        _as_planned(occurrence_id, version).with_for_update(of=Occurrence).execution_options(populate_existing=True)
    )


def meetup_as_planned(uow: UnitOfWork, occurrence_id: UUID, version: int) -> Meetup | None:
    """The meetup of such a date, locked."""
    occurrence = uow.session.scalar(_as_planned(occurrence_id, version))
    return locked_meetup(uow, occurrence.meetup_id) if occurrence else None


def _as_planned(occurrence_id: UUID, version: int) -> Select[Occurrence]:
    return (
        select(Occurrence)
        .join(Meetup, Meetup.id == Occurrence.meetup_id)
        .where(
            Occurrence.id == occurrence_id,
            Occurrence.version == version,
            Occurrence.state == "scheduled",
            Meetup.paused_at.is_(None),
        )
    )


def past_occurrences(uow: UnitOfWork, meetup: Meetup, *, most: int) -> list[Occurrence]:
    """The latest dates of a meetup that took place, as far as one knows; the last one first."""
    return list(
        uow.session.scalars(
            select(Occurrence)
            .where(Occurrence.meetup_id == meetup.id, Occurrence.state == "scheduled", Occurrence.ends_at <= uow.now)
            .order_by(Occurrence.starts_at.desc())
            .limit(most)
            .execution_options(populate_existing=True)
        )
    )
