"""The way back from a room to the meetup it belongs to."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import and_, func, select

from community.core.unit_of_work import ReadContext
from community.meetups.models import Meetup, Occurrence
from community.rooms.queries.linked_pages import LinkedPage


def meetups_of(ctx: ReadContext, room_ids: Collection[UUID]) -> dict[UUID, LinkedPage]:
    """The meetups of these rooms, with the next date that is on; every member may see a meetup."""
    coming = and_(Occurrence.meetup_id == Meetup.id, Occurrence.state == "scheduled", Occurrence.ends_at > ctx.now)
    rows = ctx.session.execute(
        select(Meetup.room_id, Meetup.id, Meetup.title, Meetup.paused_at, func.min(Occurrence.starts_at))
        .outerjoin(Occurrence, coming)
        .where(Meetup.room_id.in_(room_ids))
        .group_by(Meetup.room_id, Meetup.id, Meetup.title, Meetup.paused_at)
    )
    return {
        room_id: LinkedPage(title, f"/meetups/{meetup_id}", None if paused else starts_at)
        for room_id, meetup_id, title, paused, starts_at in rows
        if room_id
    }
