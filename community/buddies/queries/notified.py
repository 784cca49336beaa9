"""Pairings, suggestions and stand-ins that notifications are about, as the actor may see them, many at once."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select

from community.buddies.models.pairings import Pairing, StandIn
from community.buddies.models.suggestions import Suggestion
from community.buddies.rules import seen_state
from community.core.unit_of_work import ReadContext
from community.members.queries.blocks import blocked_ids, visible_handles

OPEN = ("suggested", "accepted_by_one")


@dataclass(frozen=True)
class NotifiedPairing:
    """A pairing of the actor's with someone whom they may see. `is_asked`: both are asked how it goes."""

    handle: str
    goes_on: bool
    is_asked: bool


@dataclass(frozen=True)
class NotifiedSuggestion:
    """A suggestion to the actor. Nothing in it tells who the other one is or what they answered."""

    expires_at: datetime
    is_open: bool
    is_unanswered: bool


@dataclass(frozen=True)
class NotifiedStandIn:
    """A day without a buddy. `buddy` and `helper` have handles only for the member whose day it is."""

    state: str
    buddy: str = ""
    helper: str = ""


def pairings(ctx: ReadContext, ids: Collection[UUID]) -> dict[UUID, NotifiedPairing]:
    """Return those of these pairings that are the actor's, without members they may not see."""
    me = ctx.actor.id
    rows = ctx.session.scalars(
        select(Pairing).where(Pairing.id.in_(ids), or_(Pairing.a_id == me, Pairing.b_id == me))
    ).all()
    names = visible_handles(ctx, {row.other(me) for row in rows})
    return {
        row.id: NotifiedPairing(names[row.other(me)], row.state in ("active", "paused"), bool(row.review_reason))
        for row in rows
        if row.other(me) in names
    }


def suggestions(ctx: ReadContext, ids: Collection[UUID]) -> dict[UUID, NotifiedSuggestion]:
    """Return those of these suggestions that are the actor's. One with a blocked member looks expired."""
    me, hidden = ctx.actor.id, blocked_ids(ctx.session, ctx.actor.id)
    rows = ctx.session.scalars(
        select(Suggestion).where(Suggestion.id.in_(ids), or_(Suggestion.a_id == me, Suggestion.b_id == me))
    )
    found = {}
    for row in rows:
        state = seen_state(state=row.state, own_answer=row.answer_of(me), expires_at=row.expires_at, now=ctx.now)
        state = "expired" if row.other(me) in hidden else state
        found[row.id] = NotifiedSuggestion(row.expires_at, state in OPEN, state == "suggested")
    return found


def stand_ins(ctx: ReadContext, ids: Collection[UUID]) -> dict[UUID, NotifiedStandIn]:
    """Return these stand-ins. Only the member whose day it is sees who is away and who helps."""
    me = ctx.actor.id
    rows = ctx.session.execute(
        select(StandIn, Pairing).join(Pairing, Pairing.id == StandIn.pairing_id).where(StandIn.id.in_(ids))
    ).all()
    mine = [(day, pairing) for day, pairing in rows if day.member_id == me]
    people = {pairing.other(me) for _, pairing in mine} | {day.claimed_by for day, _ in mine if day.claimed_by}
    names = visible_handles(ctx, people) if people else {}
    found = {day.id: NotifiedStandIn(day.state) for day, _ in rows}
    return found | {
        day.id: NotifiedStandIn(
            day.state, names.get(pairing.other(me), ""), names.get(day.claimed_by, "") if day.claimed_by else ""
        )
        for day, pairing in mine
    }
