"""Attendees of an occurrence and members' RSVPs to it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select

from community.core.unit_of_work import ReadContext
from community.meetups.models import Meetup, MeetupPreference, Occurrence, Rsvp
from community.meetups.rules.reminders import REMINDED
from community.meetups.rules.rsvps import RsvpState
from community.members.models import Member
from community.members.queries.blocks import blocked_ids

MAX_NAMES = 3


@dataclass(frozen=True)
class Attendees:
    """Attendees of an occurrence: the handles that may be shown, and the number of further ones."""

    handles: tuple[str, ...]
    unlisted: int


def first_attendees(ctx: ReadContext, ids: Collection[UUID]) -> dict[UUID, tuple[str, ...]]:
    """Return the handles of the first attendees of these occurrences that the actor may see, at most MAX_NAMES each."""
    place = func.row_number().over(partition_by=Rsvp.occurrence_id, order_by=(Rsvp.changed_at, Rsvp.id))
    going = (
        select(Rsvp.occurrence_id, Member.handle, place.label("place"))
        .join(Member, Member.id == Rsvp.member_id)
        .outerjoin(MeetupPreference, MeetupPreference.member_id == Member.id)
        .where(Rsvp.occurrence_id.in_(ids), Rsvp.state == RsvpState.GOING, _is_named(ctx))
        .subquery()
    )
    found: dict[UUID, tuple[str, ...]] = {}
    for occurrence_id, handle in ctx.session.execute(
        select(going.c.occurrence_id, going.c.handle).where(going.c.place <= MAX_NAMES).order_by(going.c.place)
    ):
        found[occurrence_id] = (*found.get(occurrence_id, ()), handle)
    return found


def _is_named(ctx: ReadContext) -> ColumnElement[bool]:
    """Match the actor, and the members who are listed and not separated from the actor by a block."""
    others = MeetupPreference.is_listed.is_not(False) & Member.id.not_in(blocked_ids(ctx.session, ctx.actor.id))
    return or_(Member.id == ctx.actor.id, others)


def attendees_of(ctx: ReadContext, occurrence_id: UUID) -> Attendees:
    """Return the attendees of an occurrence, first come first.

    Members who are not listed, and those separated from the actor by a block, are only counted.
    """
    rows = ctx.session.execute(
        select(Member.handle, _is_named(ctx))
        .join(Rsvp, Rsvp.member_id == Member.id)
        .outerjoin(MeetupPreference, MeetupPreference.member_id == Member.id)
        .where(Rsvp.occurrence_id == occurrence_id, Rsvp.state == RsvpState.GOING)
        .order_by(Rsvp.changed_at, Rsvp.id)
    ).all()
    shown = tuple(handle for handle, is_named in rows if is_named)
    return Attendees(shown, len(rows) - len(shown))


def meetup_id_of(ctx: ReadContext, occurrence_id: UUID) -> UUID | None:
    """Return the meetup of an occurrence."""
    return ctx.session.scalar(select(Occurrence.meetup_id).where(Occurrence.id == occurrence_id))


def begins_at(ctx: ReadContext, occurrence_id: UUID) -> datetime | None:
    """Return when an occurrence begins."""
    return ctx.session.scalar(select(Occurrence.starts_at).where(Occurrence.id == occurrence_id))


def starts_at_unless_cancelled(ctx: ReadContext, occurrence_id: UUID) -> datetime | None:
    """Return when an occurrence begins, or None for a cancelled one."""
    return ctx.session.scalar(
        select(Occurrence.starts_at).where(Occurrence.id == occurrence_id, Occurrence.state != "cancelled")
    )


def meetup_titles(ctx: ReadContext, ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the titles of these meetups, for any member."""
    _ = ctx.actor
    return dict(ctx.session.execute(select(Meetup.id, Meetup.title).where(Meetup.id.in_(ids))).all())


def members_with_rsvp(ctx: ReadContext, occurrence_id: UUID, states: Collection[str]) -> list[UUID]:
    """Return the members whose RSVP is in one of these states."""
    return list(
        ctx.session.scalars(select(Rsvp.member_id).where(Rsvp.occurrence_id == occurrence_id, Rsvp.state.in_(states)))
    )


def members_to_remind(ctx: ReadContext, occurrence_id: UUID, *, minutes: int) -> list[UUID]:
    """Return the attendees who want a reminder this many minutes before the start."""
    rows = ctx.session.execute(
        select(Rsvp.member_id, MeetupPreference.remind_minutes)
        .outerjoin(MeetupPreference, MeetupPreference.member_id == Rsvp.member_id)
        .where(Rsvp.occurrence_id == occurrence_id, Rsvp.state == RsvpState.GOING)
        .order_by(Rsvp.member_id)
    )
    return [one for one, wanted in rows if minutes in (REMINDED if wanted is None else wanted)]


def is_going(ctx: ReadContext, occurrence_id: UUID, member_id: UUID, *, version: int | None) -> bool:
    """Return whether a member is going to this version of an upcoming occurrence."""
    found = (
        select(Rsvp.id)
        .join(Occurrence, Occurrence.id == Rsvp.occurrence_id)
        .where(
            Rsvp.occurrence_id == occurrence_id,
            Rsvp.member_id == member_id,
            Rsvp.state == RsvpState.GOING,
            Occurrence.version == version,
            Occurrence.state == "scheduled",
            Occurrence.starts_at > ctx.now,
        )
    )
    return ctx.session.scalar(found) is not None


def why_outdated(
    ctx: ReadContext, occurrence_id: UUID, member_id: UUID, *, states: Collection[str], version: int | None = None
) -> str | None:
    """Return why a member's RSVP to an upcoming occurrence is in none of these states, in one word, or None.

    With `version`, the occurrence must also be in this version. A lapsed offer does not count as an offer. Returns None
    for a missing occurrence: those with an RSVP are never deleted.
    """
    found = ctx.session.execute(
        select(Rsvp.state, Rsvp.offer_expires_at, Occurrence.state, Occurrence.version, Occurrence.starts_at)
        .select_from(Occurrence)
        .outerjoin(Rsvp, (Rsvp.occurrence_id == Occurrence.id) & (Rsvp.member_id == member_id))
        .where(Occurrence.id == occurrence_id)
    ).one_or_none()
    if found is None:
        return None
    state, expires_at, state_of_date, version_now, starts_at = found
    if state_of_date != "scheduled":
        return "cancelled"
    if starts_at <= ctx.now:
        return "too_late"
    is_over = state == RsvpState.OFFERED and expires_at is not None and expires_at <= ctx.now
    return "outdated" if state not in states or is_over or version not in (None, version_now) else None


def is_cancelled(ctx: ReadContext, occurrence_id: UUID, *, version: int | None) -> bool:
    """Return whether an occurrence has been cancelled since this version, or is missing."""
    found = ctx.session.execute(
        select(Occurrence.state, Occurrence.version).where(Occurrence.id == occurrence_id)
    ).one_or_none()
    return found is None or (found[0] == "cancelled" and version in (None, found[1]))


def rsvp_times(ctx: ReadContext, member_id: UUID, *, since: datetime) -> list[datetime]:
    """Return when a member answered occurrences since a moment. For that member's own figures: no occurrence, no
    answer.
    """
    query = select(Rsvp.changed_at).where(
        Rsvp.member_id == member_id, Rsvp.changed_at >= since, Rsvp.is_standing.is_(False)
    )
    return list(ctx.session.scalars(query))
