"""Loading the meetups that a member hosts, for an admin who gives them to another."""

from uuid import UUID

from sqlalchemy import exists, or_, select

from community.core.permissions import Permission
from community.core.unit_of_work import ReadContext, UnitOfWork
from community.meetups.models import Meetup, MeetupHost, Occurrence


def meetups_hosted_by(ctx: ReadContext, member_id: UUID) -> list[Meetup]:
    """Return the meetups that a member hosts, alone or beside others, and that are not over. Raises Forbidden."""
    _ = ctx.permitted(Permission.MANAGE_STAFF)
    beside = exists().where(MeetupHost.meetup_id == Meetup.id, MeetupHost.member_id == member_id)
    coming = exists().where(
        Occurrence.meetup_id == Meetup.id, Occurrence.state == "scheduled", Occurrence.ends_at > ctx.now
    )
    query = select(Meetup).where(or_(Meetup.host_id == member_id, beside), or_(coming, Meetup.paused_at.is_not(None)))
    return list(ctx.session.scalars(query.order_by(Meetup.id)))


def host_rows(uow: UnitOfWork, meetup_id: UUID, *member_ids: UUID) -> list[MeetupHost]:
    """Return the rows of these members as co-hosts of a locked meetup."""
    query = select(MeetupHost).where(MeetupHost.meetup_id == meetup_id, MeetupHost.member_id.in_(member_ids))
    return list(uow.session.scalars(query))
