"""Reach-outs that notifications are about, as the actor may see them, many at once."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from community.core.unit_of_work import ReadContext
from community.members.queries.blocks import visible_handles
from community.reach_outs.models import ReachOut, ResponderRequest


@dataclass(frozen=True)
class NotifiedReachOut:
    """A reach-out as its requester or someone who was asked sees it.

    `handle` is the responder's for the requester, and the requester's for a buddy who is asked; else empty. `is_open`:
    it waits for someone and the actor may still answer, or the actor is one of the two.
    """

    handle: str
    state: str
    is_drill: bool
    is_waiting: bool
    is_open: bool


def notified_reach_outs(ctx: ReadContext, ids: Collection[UUID]) -> dict[UUID, NotifiedReachOut]:
    """Return those of these reach-outs that the actor opened or was asked for."""
    me = ctx.actor.id
    rows = ctx.session.execute(
        select(ReachOut, ResponderRequest)
        .outerjoin(
            ResponderRequest, (ResponderRequest.reach_out_id == ReachOut.id) & (ResponderRequest.member_id == me)
        )
        .where(ReachOut.id.in_(ids))
    ).all()
    known = {row.id: _known_id(row, ask, me) for row, ask in rows}
    names = visible_handles(ctx, {one for one in known.values() if one})
    return {
        row.id: NotifiedReachOut(
            names.get(one, "") if (one := known[row.id]) else "",
            row.state,
            row.is_drill,
            row.is_waiting,
            _is_open(row, ask, me),
        )
        for row, ask in rows
        if row.requester_id == me or ask is not None
    }


def _known_id(row: ReachOut, ask: ResponderRequest | None, me: UUID) -> UUID | None:
    """Return the other member whose name the actor may know, as on the reach-out's own page."""
    if row.requester_id == me:
        return row.claimed_by
    is_buddy = ask is not None and ask.kind == "buddy" and row.state == "open"
    return row.requester_id if is_buddy or (row.claimed_by == me and row.state == "claimed") else None


def _is_open(row: ReachOut, ask: ResponderRequest | None, me: UUID) -> bool:
    if me in (row.requester_id, row.claimed_by):
        return row.state != "closed"
    return row.is_waiting and ask is not None and ask.declined_at is None
