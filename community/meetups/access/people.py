"""Loading hosts, attendance marks and preferences."""

from uuid import UUID

from sqlalchemy import exists, func, select

from community.core.db import insert_into
from community.core.permissions import Permission
from community.core.unit_of_work import ReadContext, UnitOfWork
from community.meetups.models import Attendance, AttendanceMark, MeetupHost, MeetupPreference
from community.meetups.rules import reminders
from community.members.models import Member
from community.members.queries.active_members import is_active
from community.members.queries.blocks import blocked_ids
from community.members.rules.handles import handle_key


def co_hosts(ctx: ReadContext, meetup_id: UUID) -> list[MeetupHost]:
    """Return the co-hosts of a meetup."""
    return list(ctx.session.scalars(select(MeetupHost).where(MeetupHost.meetup_id == meetup_id)))


def member_by_handle(ctx: ReadContext, handle: str) -> UUID | None:
    """Return the active member with this handle."""
    return ctx.session.scalar(select(Member.id).where(Member.handle_key == handle_key(handle), is_active(ctx.now)))


def is_member(ctx: ReadContext, member_id: UUID) -> bool:
    """Return whether a member with this id exists."""
    return bool(ctx.session.scalar(select(exists().where(Member.id == member_id))))


def is_hidden_from_host(ctx: ReadContext, member_id: UUID) -> bool:
    """Return whether the actor, who hosts without being a coordinator, is separated from a member by a block."""
    return not ctx.actor.may(Permission.RUN_MEETUPS) and member_id in blocked_ids(ctx.session, ctx.actor.id)


def attendance_of(uow: UnitOfWork, occurrence_id: UUID, member_id: UUID) -> Attendance | None:
    """Return a member's attendance at a locked occurrence."""
    return uow.session.get(Attendance, (occurrence_id, member_id), populate_existing=True)


def has_mark(uow: UnitOfWork, occurrence_id: UUID, nonce: str) -> bool:
    """Return whether a mark with this nonce has arrived before."""
    return uow.session.get(AttendanceMark, (occurrence_id, nonce)) is not None


def count_missed(ctx: ReadContext, member_id: UUID) -> int:
    """Return how often a member was going and was marked as not attended."""
    missed = select(func.count()).where(Attendance.member_id == member_id, Attendance.state == "no_show")
    return ctx.session.scalar(missed) or 0


def own_preference(uow: UnitOfWork) -> MeetupPreference:
    """Return the actor's preferences, locked. Creates the row when it is missing."""
    found = uow.session.scalar(
        select(MeetupPreference)
        .where(MeetupPreference.member_id == uow.actor.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        uow.session.execute(
            insert_into(uow.session, MeetupPreference)
            .values(
                member_id=uow.actor.id,
                is_listed=True,
                remind_minutes=list(reminders.REMINDED),
                has_full_titles=False,
                feed_version=0,
            )
            .on_conflict_do_nothing()
        )
        return own_preference(uow)
    return found
