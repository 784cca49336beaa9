"""Attendance for hosts: to mark, and as a table."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select

from community.core.permissions import Permission
from community.core.unit_of_work import ReadContext
from community.meetups.access import occurrences
from community.meetups.models import Attendance, Occurrence, Rsvp
from community.meetups.queries.meetups import featured_occurrence, meetup
from community.meetups.queries.views import MeetupView, OccurrenceView
from community.meetups.rules import reminders
from community.meetups.rules.rsvps import RsvpState
from community.members.models import Member
from community.members.queries.blocks import blocked_ids

MAX_ROWS = 10_000


@dataclass(frozen=True)
class AttendanceRow:
    """A member who was going or attended. `state` is the mark, or None."""

    member_id: UUID
    handle: str
    answer: str | None
    state: str | None
    marked_at: datetime | None


def meetup_to_host(ctx: ReadContext, meetup_id: UUID) -> MeetupView:
    """Return a meetup for its hosts. Raises NotFound, Forbidden."""
    occurrences.meetup_to_host(ctx, meetup_id)
    return meetup(ctx, meetup_id)


def occurrence_to_mark(ctx: ReadContext, view: MeetupView, wanted: UUID | None) -> OccurrenceView | None:
    """Return the occurrence to mark: the wanted one, else the one that began last, else the next."""
    begun = select(Occurrence.id).where(
        Occurrence.meetup_id == view.id,
        Occurrence.state == "scheduled",
        Occurrence.starts_at <= ctx.now + reminders.MARKED_FROM,
    )
    last = ctx.session.scalar(begun.order_by(Occurrence.starts_at.desc()).limit(1))
    shown = meetup(ctx, view.id, with_date=wanted or last)
    return featured_occurrence(shown, wanted or last, now=ctx.now)


def attendance(ctx: ReadContext, occurrence_id: UUID) -> list[AttendanceRow]:
    """Return the members who are going to an occurrence or were marked there, by handle.

    Raises NotFound, Forbidden.
    """
    occurrences.hosted_occurrence(ctx, occurrence_id)
    rows = ctx.session.execute(
        select(Member.id, Member.handle, Rsvp.state, Attendance.state, Attendance.marked_at)
        .select_from(Member)
        .outerjoin(Rsvp, (Rsvp.member_id == Member.id) & (Rsvp.occurrence_id == occurrence_id))
        .outerjoin(Attendance, (Attendance.member_id == Member.id) & (Attendance.occurrence_id == occurrence_id))
        .where(or_(Rsvp.state == RsvpState.GOING, Attendance.state.is_not(None)))
        .order_by(Member.handle_key)
    )
    hidden = _hidden(ctx)
    return [AttendanceRow(*row) for row in rows if row[0] not in hidden]


def _hidden(ctx: ReadContext) -> frozenset[UUID]:
    """Return the members hidden from a host by a block or a no-contact order; none for coordinators."""
    return frozenset() if ctx.actor.may(Permission.RUN_MEETUPS) else blocked_ids(ctx.session, ctx.actor.id)


def attendance_table(ctx: ReadContext, meetup_id: UUID) -> list[tuple[str, str, str, str]]:
    """Return all begun occurrences of a meetup as rows of day, handle, answer and mark.

    Raises NotFound, Forbidden.
    """
    occurrences.meetup_to_host(ctx, meetup_id)
    rows = ctx.session.execute(
        select(Occurrence.starts_at_local, Member.handle, Rsvp.state, Attendance.state)
        .select_from(Occurrence)
        .join(Rsvp, Rsvp.occurrence_id == Occurrence.id)
        .join(Member, Member.id == Rsvp.member_id)
        .outerjoin(Attendance, (Attendance.member_id == Member.id) & (Attendance.occurrence_id == Occurrence.id))
        .where(
            Occurrence.meetup_id == meetup_id,
            Occurrence.starts_at <= ctx.now,
            or_(Rsvp.state == RsvpState.GOING, Attendance.state.is_not(None)),
            Member.id.not_in(_hidden(ctx)),
        )
        .order_by(Occurrence.starts_at, Member.handle_key)
        .limit(MAX_ROWS)
    )
    return [(f"{day:%Y-%m-%d %H:%M}", handle, answer or "", state or "") for day, handle, answer, state in rows]
