"""What a member does not want to hear of: a meetup or a person, for a while or until they say otherwise."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, or_, select

from community.core.errors import Conflict, NotFound, ValidationFailed
from community.core.kind_registries import mutable
from community.core.unit_of_work import ReadContext, UnitOfWork
from community.notifications import access
from community.notifications.models import Mute

MAX_MUTES = 500


class TooManyMutes(Conflict):
    """You muted as much as can be muted. Let something through again first."""

    code = "too_many_mutes"
    message = "You muted as much as can be muted. Let something through again first."


@dataclass(frozen=True)
class MuteView:
    """Something I muted, by the name I know it by; without `until` it lasts until I say otherwise."""

    id: UUID
    sort: str
    title: str
    created_at: datetime
    until: datetime | None


def mute(uow: UnitOfWork, *, sort: str, subject_id: UUID, until: datetime | None = None) -> None:
    """Hear nothing of a meetup or a person any more, or until then; said again, the new end holds.

    Raises NotFound, TooManyMutes, Invalid for a moment that is over.
    """
    if subject_id not in mutable.seen(uow, sort=sort, ids=[subject_id]):
        raise NotFound
    if until is not None and until <= uow.now:
        raise ValidationFailed(errors={"until": ["This is over already."]})
    row = access.own_mute(uow, subject_id)
    if row is not None:
        row.until = until
        return
    uow.session.execute(delete(Mute).where(Mute.member_id == uow.actor.id, Mute.until <= uow.now))
    if access.count_mutes(uow) >= MAX_MUTES:
        raise TooManyMutes
    uow.session.add(Mute(member_id=uow.actor.id, subject_id=subject_id, sort=sort, created_at=uow.now, until=until))


def unmute(uow: UnitOfWork, *, subject_id: UUID) -> None:
    """Hear of it again. Twice is once, and so is never."""
    row = access.own_mute(uow, subject_id)
    if row is not None:
        uow.session.delete(row)


def my_mutes(ctx: ReadContext) -> list[MuteView]:
    """What the actor muted, still hears nothing of and may still see, newest first; at most 500."""
    rows = ctx.session.scalars(
        select(Mute)
        .where(Mute.member_id == ctx.actor.id, or_(Mute.until.is_(None), Mute.until > ctx.now))
        .order_by(Mute.created_at.desc(), Mute.subject_id)
    ).all()
    titles: dict[UUID, str] = {}
    for sort in {row.sort for row in rows}:
        titles |= mutable.seen(ctx, sort=sort, ids=[row.subject_id for row in rows if row.sort == sort])
    return [
        MuteView(row.subject_id, row.sort, titles[row.subject_id], row.created_at, row.until)
        for row in rows
        if row.subject_id in titles
    ]


def my_mute(ctx: ReadContext, subject_id: UUID) -> MuteView | None:
    """The actor's mute of this, while it lasts."""
    row = ctx.session.get(Mute, (ctx.actor.id, subject_id))
    if row is None or (row.until is not None and row.until <= ctx.now):
        return None
    return MuteView(row.subject_id, row.sort, "", row.created_at, row.until)
