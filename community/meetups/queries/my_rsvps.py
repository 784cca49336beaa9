"""The actor's own RSVPs with their waitlist places."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import func, select

from community.core.unit_of_work import ReadContext
from community.meetups.models import Occurrence, Rsvp
from community.meetups.queries.views import RsvpView
from community.meetups.rules.rsvps import ON_WAITLIST, SHOWN, RsvpAnswer, RsvpState


def my_rsvp(ctx: ReadContext, occurrence_id: UUID) -> RsvpView | None:
    """Return the actor's RSVP to an occurrence."""
    return my_rsvps(ctx, [occurrence_id]).get(occurrence_id)


def my_rsvps(ctx: ReadContext, ids: Collection[UUID]) -> dict[UUID, RsvpView]:
    """Return the actor's RSVPs to these occurrences. A lapsed offer is a place on the waitlist again."""
    if not ids:
        return {}
    mine = ctx.session.scalars(
        select(Rsvp)
        .where(Rsvp.member_id == ctx.actor.id, Rsvp.occurrence_id.in_(ids), Rsvp.state.in_(SHOWN))
        .execution_options(populate_existing=True)
    ).all()
    waiting = [one.occurrence_id for one in mine if one.waitlist_seq is not None]
    places = _places_in_line(ctx, waiting)
    return {one.occurrence_id: _rsvp_view(ctx, one, places) for one in mine}


def restorable_answer(ctx: ReadContext, occurrence_id: UUID) -> RsvpAnswer | None:
    """Return the actor's answer if it could be given again after a change: none for a seat that others wait for."""
    mine = my_rsvp(ctx, occurrence_id)
    if mine is None or mine.state in ON_WAITLIST:
        return None
    waiting = ctx.session.scalar(select(Occurrence.waitlist_count).where(Occurrence.id == occurrence_id))
    return None if mine.state == RsvpState.GOING and waiting else RsvpAnswer(mine.state)


def _rsvp_view(ctx: ReadContext, rsvp: Rsvp, places: dict[UUID, int]) -> RsvpView:
    is_over = rsvp.offer_expires_at is not None and rsvp.offer_expires_at <= ctx.now
    state = RsvpState.WAITLISTED if is_over else rsvp.state
    return RsvpView(
        state,
        places.get(rsvp.occurrence_id, 1) if state == RsvpState.WAITLISTED else None,
        None if is_over else rsvp.offer_expires_at,
        rsvp.reconfirm_version is not None and rsvp.state == RsvpState.GOING,
        rsvp.is_standing,
    )


def _places_in_line(ctx: ReadContext, waiting: Collection[UUID]) -> dict[UUID, int]:
    if not waiting:
        return {}
    mine = (
        select(Rsvp.occurrence_id, Rsvp.waitlist_seq)
        .where(Rsvp.member_id == ctx.actor.id, Rsvp.occurrence_id.in_(waiting), Rsvp.waitlist_seq.is_not(None))
        .subquery()
    )
    rows = ctx.session.execute(
        select(Rsvp.occurrence_id, func.count())
        .join(mine, mine.c.occurrence_id == Rsvp.occurrence_id)
        .where(
            (Rsvp.state == RsvpState.WAITLISTED) & (Rsvp.waitlist_seq < mine.c.waitlist_seq)
            | (Rsvp.waitlist_seq == mine.c.waitlist_seq)
        )
        .group_by(Rsvp.occurrence_id)
    )
    return dict(rows.all())
