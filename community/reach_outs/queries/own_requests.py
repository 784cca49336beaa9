"""Reach-outs of the actor for the banners of every page, and how the actor hears of an answer."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select

from community.buddies.queries.pairings import my_buddies
from community.core.unit_of_work import ReadContext
from community.members.queries.people import handles
from community.notifications.preferences.delivery_preferences import with_kind_enabled, with_push_devices
from community.reach_outs import rules
from community.reach_outs.access import reach_outs
from community.reach_outs.models import ReachOut


@dataclass(frozen=True)
class AskedOfMe:
    """An unanswered reach-out that the actor was asked to respond to. A buddy sees whose it is."""

    id: UUID
    is_drill: bool
    handle: str


@dataclass(frozen=True)
class OpenReachOut:
    """An open reach-out of the actor's: `waiting`, `asker` or `helper`, and the room of the two."""

    id: UUID
    role: str
    room_id: UUID | None


def my_open_request(ctx: ReadContext) -> UUID | None:
    """Return the id of the actor's open reach-out."""
    return ctx.session.scalar(
        select(ReachOut.id).where(ReachOut.requester_id == ctx.actor.id, ReachOut.state != "closed")
    )


def has_buddy(ctx: ReadContext) -> bool:
    """Return whether the actor has a buddy whom a reach-out would ask first."""
    return any(one.state == "active" for one in my_buddies(ctx))


def answer_channels(ctx: ReadContext) -> tuple[str, ...]:
    """Return how the actor hears of an answer besides on the page, by their preferences and devices."""
    me, kind = [ctx.actor.id], "reach_out.claimed"
    by = []
    if with_kind_enabled(ctx.session, kind=kind, medium="email", member_ids=me):
        by.append("email")
    pushes = with_kind_enabled(ctx.session, kind=kind, medium="push", member_ids=me)
    if pushes and with_push_devices(ctx.session, me, now=ctx.now):
        by.append("push")
    return tuple(by)


def my_open_requests(ctx: ReadContext) -> list[OpenReachOut]:
    """Return the open reach-outs that the actor opened or claimed."""
    me = ctx.actor.id
    rows = ctx.session.execute(
        select(ReachOut.id, ReachOut.state, ReachOut.requester_id, ReachOut.room_id)
        .where(ReachOut.state != "closed", or_(ReachOut.requester_id == me, ReachOut.claimed_by == me))
        .order_by(ReachOut.opened_at)
    )
    return [
        OpenReachOut(
            row.id,
            "helper" if row.requester_id != me else "waiting" if row.state == "open" else "asker",
            row.room_id,
        )
        for row in rows
    ]


def requests_to_me(ctx: ReadContext) -> list[AskedOfMe]:
    """Return the unanswered reach-outs that the actor was asked for in the last twelve hours."""
    rows = reach_outs.recent_requests_to_actor(ctx, ctx.now - rules.REQUEST_SHOWN_FOR)
    names = handles(ctx.session, [row.known_requester_id for row in rows if row.known_requester_id])
    known = [names.get(row.known_requester_id, "") if row.known_requester_id else "" for row in rows]
    return [AskedOfMe(row.id, row.is_drill, handle) for row, handle in zip(rows, known, strict=True)]
