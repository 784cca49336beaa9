"""Loading meetups and occurrences with permission and lock.

Locks are taken in one order: a meetup's row before its occurrences, occurrences by id.
"""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import Session

from community.core.errors import Conflict, Forbidden, NotFound
from community.core.local_time import to_utc
from community.core.permissions import Permission
from community.core.unit_of_work import ReadContext, UnitOfWork
from community.meetups.models import Meetup, MeetupHost, Occurrence


class RsvpClosed(Conflict):
    """An answer that came after the start, the cancellation or a pause."""

    code = "rsvp_closed"
    message = "You can’t answer this meetup anymore."


def meetup_to_see(ctx: ReadContext, meetup_id: UUID) -> Meetup:
    """Return a meetup, for any member. Raises NotFound."""
    _ = ctx.actor
    meetup = ctx.session.get(Meetup, meetup_id)
    if meetup is None:
        raise NotFound
    return meetup


def can_host(ctx: ReadContext, meetup: Meetup) -> bool:
    """Return whether the actor may change this meetup: coordinators, its host and its co-hosts."""
    actor = ctx.actor
    if actor.may(Permission.RUN_MEETUPS) or actor.id == meetup.host_id:
        return True
    beside = exists().where(MeetupHost.meetup_id == meetup.id, MeetupHost.member_id == actor.id)
    return bool(ctx.session.scalar(select(beside)))


def meetup_to_host(ctx: ReadContext, meetup_id: UUID) -> Meetup:
    """Return a meetup that the actor may change. Raises NotFound, Forbidden."""
    meetup = meetup_to_see(ctx, meetup_id)
    if not can_host(ctx, meetup):
        raise Forbidden
    return meetup


def locked_meetup(uow: UnitOfWork, meetup_id: UUID) -> Meetup:
    """Return a meetup, locked. Changes to its rule, occurrences or standing RSVPs need this lock. Raises NotFound."""
    meetup = uow.session.scalar(
        select(Meetup).where(Meetup.id == meetup_id).with_for_update().execution_options(populate_existing=True)
    )
    if meetup is None:
        raise NotFound
    return meetup


def locked_occurrence(uow: UnitOfWork, occurrence_id: UUID) -> Occurrence:
    """Return an occurrence, locked. It is the one lock for RSVPs, seats and state. Raises NotFound."""
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
    """Return a meetup's upcoming occurrences by start. Locks them in the order of their ids."""
    query = select(Occurrence).where(Occurrence.meetup_id == meetup.id, Occurrence.starts_at > uow.now, *where)
    found = uow.session.scalars(
        query.order_by(Occurrence.id).with_for_update().execution_options(populate_existing=True)
    )
    return sorted(found, key=lambda occurrence: (occurrence.starts_at, str(occurrence.id)))


def series_from(uow: UnitOfWork, occurrence_id: UUID) -> tuple[Meetup, list[Occurrence]]:
    """Return a meetup and its occurrences from this one on, all locked, for its hosts.

    Raises Forbidden, NotFound, Conflict for an occurrence that has begun or is cancelled.
    """
    occurrence = uow.session.get(Occurrence, occurrence_id)
    if occurrence is None:
        raise NotFound
    meetup_to_host(uow, occurrence.meetup_id)
    meetup = locked_meetup(uow, occurrence.meetup_id)
    coming = locked_occurrences(uow, meetup)
    first = next((one for one in coming if one.id == occurrence_id and one.state == "scheduled"), None)
    if first is None:
        raise Conflict("This meetup is over or canceled.")
    return meetup, [first, *(one for one in coming if one.starts_at >= first.starts_at and one is not first)]


def open_occurrence(uow: UnitOfWork, occurrence_id: UUID) -> Occurrence:
    """Return an occurrence that takes RSVPs, locked.

    Raises NotFound, RsvpClosed after its start, cancellation or pause.
    """
    _ = uow.actor
    occurrence = locked_occurrence(uow, occurrence_id)
    if occurrence.state != "scheduled" or occurrence.starts_at <= uow.now:
        raise RsvpClosed
    if uow.session.scalar(select(Meetup.paused_at).where(Meetup.id == occurrence.meetup_id)):
        raise RsvpClosed
    return occurrence


def occurrence_to_manage(uow: UnitOfWork, occurrence_id: UUID) -> Occurrence:
    """Return an occurrence, locked, for its hosts.

    Raises Forbidden, NotFound, Conflict when it is over or cancelled.
    """
    occurrence = occurrence_to_host(uow, occurrence_id)
    if occurrence.state != "scheduled" or occurrence.ends_at <= uow.now:
        raise Conflict("This meetup is over or canceled.")
    return occurrence


def hosted_occurrence(ctx: ReadContext, occurrence_id: UUID) -> Occurrence:
    """Return an occurrence to read, for its hosts. Raises NotFound, Forbidden."""
    occurrence = ctx.session.get(Occurrence, occurrence_id)
    if occurrence is None:
        raise NotFound
    meetup_to_host(ctx, occurrence.meetup_id)
    return occurrence


def occurrence_to_host(uow: UnitOfWork, occurrence_id: UUID) -> Occurrence:
    """Return an occurrence in any state, locked, for its hosts. Raises Forbidden, NotFound."""
    occurrence = locked_occurrence(uow, occurrence_id)
    meetup_to_host(uow, occurrence.meetup_id)
    return occurrence


def recurrence_ids(ctx: ReadContext, meetup: Meetup) -> set[datetime]:
    """Return the rule's wall times of all occurrences of a meetup, in every state."""
    found = ctx.session.scalars(select(Occurrence.recurrence_id).where(Occurrence.meetup_id == meetup.id))
    return {key for key in found if key is not None}


def occurrence_as_planned(uow: UnitOfWork, occurrence_id: UUID, version: int) -> Occurrence | None:
    """Return an occurrence, locked, if it is scheduled in this version and its series is not paused."""
    return uow.session.scalar(
        _as_planned(occurrence_id, version).with_for_update(of=Occurrence).execution_options(populate_existing=True)
    )


def meetup_as_planned(uow: UnitOfWork, occurrence_id: UUID, version: int) -> Meetup | None:
    """Return the meetup of such an occurrence, locked."""
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


def past_occurrences(uow: UnitOfWork, meetup: Meetup, *, limit: int) -> list[Occurrence]:
    """Return the latest occurrences of a meetup that ended without a cancellation, latest first."""
    return list(
        uow.session.scalars(
            select(Occurrence)
            .where(Occurrence.meetup_id == meetup.id, Occurrence.state == "scheduled", Occurrence.ends_at <= uow.now)
            .order_by(Occurrence.starts_at.desc())
            .limit(limit)
            .execution_options(populate_existing=True)
        )
    )


def drifted_occurrences(session: Session, *, now: datetime) -> Iterator[tuple[UUID, UUID]]:
    """Yield (meetup, occurrence) for each upcoming occurrence whose stored moment no longer matches its wall time.

    That happens when a country changes its clock rules. All upcoming occurrences are read, a few columns of each. One
    that has begun by either of the two moments stays as it is.
    """
    rows = session.execute(
        select(
            Occurrence.meetup_id,
            Occurrence.id,
            Occurrence.starts_at_local,
            Occurrence.starts_at,
            Meetup.time_zone,
        )
        .join(Meetup, Meetup.id == Occurrence.meetup_id)
        .where(Occurrence.starts_at > now, Occurrence.state == "scheduled")
        .order_by(Occurrence.meetup_id, Occurrence.id)
    )
    for meetup_id, date_id, wall_time, starts_at, zone in rows.all():
        meant = to_utc(wall_time, zone)
        if meant != starts_at and meant > now:
            yield meetup_id, date_id
