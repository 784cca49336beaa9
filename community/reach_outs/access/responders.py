"""Responders who may be asked at a moment: not blocked, active, outside their quiet hours and not taking a break."""

from collections.abc import Collection, Iterable
from uuid import UUID

from sqlalchemy import select

from community.buddies.queries.availability import available_buddies, resting_members
from community.core.unit_of_work import ReadContext
from community.members.models import Member
from community.members.queries.active_members import active_members, coordinators, is_active
from community.members.queries.blocks import blocked_ids
from community.members.queries.helping import eligible_helpers
from community.members.queries.on_call import has_shift_schedule, on_shift
from community.notifications.preferences.delivery_preferences import members_notified_of, quiet_now
from community.reach_outs import rules
from community.reach_outs.models import Availability, ReachOut, ResponderRequest


def candidates_for_step(ctx: ReadContext, row: ReachOut, kind: str) -> list[UUID]:
    """Return everyone whom a step of a reach-out may ask now. A drill only asks the coordinators on call."""
    if row.requester_id is None:
        on_call = _find_on_call(ctx) if kind == "on_call" else []
        may_answer = eligible_helpers(ctx.session, on_call, now=ctx.now)
        return [one for one in on_call if one in may_answer]
    found = _FINDERS[kind](ctx, row.requester_id)
    blocked = blocked_ids(ctx.session, row.requester_id)
    allowed = eligible_helpers(ctx.session, found, now=ctx.now) - blocked - {row.requester_id, row.claimed_by}
    return [one for one in found if one in allowed]


def already_asked(asks: Iterable[ResponderRequest]) -> set[UUID]:
    """Return the members who are not asked again: they were notified or have declined."""
    return {one.member_id for one in asks if one.round > rules.NOT_NOTIFIED or one.declined_at}


def split_by_recently_notified(
    ctx: ReadContext, row: ReachOut, kind: str, known: Collection[UUID]
) -> tuple[list[UUID], list[UUID]]:
    """Return the members whom a step notifies, and those who were notified recently and only find it on their pages.

    Members in `known` are in neither list.
    """
    found = [one for one in candidates_for_step(ctx, row, kind) if one not in known]
    recent = recently_notified(ctx, row) if found and kind not in rules.ALWAYS_NOTIFIED else set()
    return [one for one in found if one not in recent], [one for one in found if one in recent]


def recently_notified(ctx: ReadContext, row: ReachOut) -> set[UUID]:
    """Return the members who were notified within 30 minutes that the same requester needs help, and did not claim it.

    A requester may ask again as often as they need. The same people are not woken each time.
    """
    asks = ctx.session.execute(
        select(ResponderRequest.member_id, ResponderRequest.reach_out_id, ReachOut.claimed_by)
        .join(ReachOut, ReachOut.id == ResponderRequest.reach_out_id)
        .where(
            ReachOut.requester_id == row.requester_id,
            ReachOut.state == "closed",
            ReachOut.opened_at > ctx.now - rules.REQUEST_SHOWN_FOR,
            ResponderRequest.asked_at > ctx.now - rules.NOTIFIED_AGAIN_AFTER,
        )
    ).all()
    if not asks:
        return set()
    about, among = {ask.reach_out_id for ask in asks}, {ask.member_id for ask in asks}
    notified = members_notified_of(
        ctx.session, ("reach_out.responders_notified", "reach_out.waiting"), about, among=among
    )
    responders = {ask.claimed_by for ask in asks}
    return {ask.member_id for ask in asks if (ask.member_id, ask.reach_out_id) in notified} - responders


def allow_quiet_hours_override(ctx: ReadContext, member_ids: Collection[UUID]) -> set[UUID]:
    """Return those of these members who are outside their quiet hours or allow to be woken for a reach-out."""
    overrides_quiet_hours = set(
        ctx.session.scalars(
            select(Availability.member_id).where(
                Availability.member_id.in_(member_ids), Availability.overrides_quiet_hours
            )
        )
    )
    return set(member_ids) - (quiet_now(ctx.session, set(member_ids) - overrides_quiet_hours, now=ctx.now))


def _find_buddies(ctx: ReadContext, requester_id: UUID) -> list[UUID]:
    return _keep_reachable(ctx, _keep_active(ctx, available_buddies(ctx, requester_id)))


def _find_available_peers(ctx: ReadContext, _asker_id: UUID) -> list[UUID]:
    """Return members who set themselves available and are not the responder of another recent reach-out."""
    busy = select(ReachOut.claimed_by).where(
        ReachOut.state == "claimed",
        ReachOut.claim_began_at > ctx.now - rules.BUSY_FOR,
        ReachOut.claimed_by.is_not(None),
    )
    free = ctx.session.scalars(
        select(Availability.member_id)
        .join(Member, Member.id == Availability.member_id)
        .where(Availability.available_until > ctx.now, is_active(ctx.now), Availability.member_id.not_in(busy))
        .order_by(Availability.changed_at, Availability.member_id)
    ).all()
    return _keep_reachable(ctx, free)


def _find_on_call(ctx: ReadContext, _asker_id: UUID | None = None) -> list[UUID]:
    """Return the coordinators on shift, or without a shift schedule those who may be woken.

    A coordinator who takes a shift agrees to be woken in it.
    """
    if has_shift_schedule(ctx.session, now=ctx.now):
        return on_shift(ctx.session, now=ctx.now)
    found = coordinators(ctx.session, now=ctx.now)
    woken = allow_quiet_hours_override(ctx, found)
    return [one for one in found if one in woken]


def _find_coordinators(ctx: ReadContext, _asker_id: UUID) -> list[UUID]:
    return coordinators(ctx.session, now=ctx.now)


def _keep_active(ctx: ReadContext, member_ids: list[UUID]) -> list[UUID]:
    active = set(active_members(ctx.session, now=ctx.now, among=member_ids)) if member_ids else set()
    return [one for one in member_ids if one in active]


def _keep_reachable(ctx: ReadContext, member_ids: Collection[UUID]) -> list[UUID]:
    if not member_ids:
        return []
    allowed = allow_quiet_hours_override(ctx, member_ids) - resting_members(ctx, member_ids)
    return [one for one in member_ids if one in allowed]


_FINDERS = {
    "buddy": _find_buddies,
    "available_peers": _find_available_peers,
    "on_call": _find_on_call,
    "lines": _find_coordinators,
}
