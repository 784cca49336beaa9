"""Meetups and people that the actor muted."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select

from community.core.kind_registries import mutable
from community.core.unit_of_work import ReadContext
from community.notifications.models import Mute


@dataclass(frozen=True)
class MuteView:
    """A mute, with the title or handle that its member knows. Without `until` it lasts until unmuted."""

    id: UUID
    sort: str
    title: str
    created_at: datetime
    until: datetime | None


def my_mutes(ctx: ReadContext) -> list[MuteView]:
    """Return the actor's mutes in force whose subjects the actor may still see, newest first, at most 500."""
    rows = ctx.session.scalars(
        select(Mute)
        .where(Mute.member_id == ctx.actor.id, or_(Mute.until.is_(None), Mute.until > ctx.now))
        .order_by(Mute.created_at.desc(), Mute.subject_id)
    ).all()
    titles: dict[UUID, str] = {}
    for sort in {row.subject_type for row in rows}:
        titles |= mutable.seen(ctx, sort=sort, ids=[row.subject_id for row in rows if row.subject_type == sort])
    return [
        MuteView(row.subject_id, row.subject_type, titles[row.subject_id], row.created_at, row.until)
        for row in rows
        if row.subject_id in titles
    ]


def my_mute(ctx: ReadContext, subject_id: UUID) -> MuteView | None:
    """Return the actor's mute of a subject, while it is in force."""
    row = ctx.session.get(Mute, (ctx.actor.id, subject_id))
    if row is None or (row.until is not None and row.until <= ctx.now):
        return None
    return MuteView(row.subject_id, row.subject_type, "", row.created_at, row.until)
