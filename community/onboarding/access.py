"""Access to onboardings: the actor's own, those that they greet, and those that they may accompany."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import and_, func, or_, select

from community.buddies.queries.availability import resting_members
from community.core.errors import NotFound
from community.core.unit_of_work import ReadContext, UnitOfWork
from community.meetups.access.occurrences import open_occurrence
from community.meetups.queries import attendees
from community.meetups.rules.rsvps import HAS_PLACE, RsvpState
from community.members.models import Member
from community.members.queries.active_members import coordinators
from community.members.queries.blocks import blocked_ids
from community.members.queries.helping import can_help_member, eligible_helpers, is_eligible_helper
from community.onboarding import rules
from community.onboarding.models import Greeter, NewcomerRoom, Onboarding


def own_onboarding(ctx: ReadContext) -> Onboarding | None:
    """Return the actor's onboarding for two weeks, unless they have hidden it."""
    row = ctx.session.get(Onboarding, ctx.actor.id, populate_existing=True)
    if row is None or row.hidden_at is not None or row.started_at < ctx.now - rules.SHOWN_FOR:
        return None
    return row


def own_onboarding_locked(uow: UnitOfWork) -> Onboarding:
    """Lock and return the actor's onboarding. Raises NotFound."""
    row = find_onboarding(uow, uow.actor.id, lock=True)
    if row is None:
        raise NotFound
    return row


def find_onboarding(ctx: ReadContext, member_id: UUID, *, lock: bool = False) -> Onboarding | None:
    """Return a member's onboarding for an event. Asks no permission."""
    return ctx.session.get(Onboarding, member_id, with_for_update=lock or None, populate_existing=lock)


def ungreeted_in_room(uow: UnitOfWork, room_id: UUID) -> Onboarding | None:
    """Lock and return the onboarding whose newcomer is to be greeted in this room and was not yet."""
    waiting = select(Onboarding).where(Onboarding.hello_room_id == room_id, Onboarding.greeted_at.is_(None))
    return uow.session.scalar(waiting.with_for_update())


def onboarding_to_greet(uow: UnitOfWork, member_id: UUID) -> Onboarding:
    """Lock and return the onboarding of a newcomer whom the actor greets. Raises NotFound."""
    row = find_onboarding(uow, member_id, lock=True)
    if row is None or row.greeter_id != uow.actor.id:
        raise NotFound
    if not can_help_member(uow.session, helper=uow.actor.id, needs_help=member_id, now=uow.now):
        raise NotFound
    return row


def onboarding_to_accompany(uow: UnitOfWork, member_id: UUID) -> Onboarding:
    """Lock and return the onboarding of a newcomer who wants a companion at an occurrence that the actor goes to.

    The occurrence is locked too, which keeps the actor from withdrawing their RSVP meanwhile. Raises NotFound,
    RsvpClosed when it has begun.
    """
    row = find_onboarding(uow, member_id, lock=True)
    if row is None or uow.actor.id not in possible_companions(uow, row):
        raise NotFound
    if row.occurrence_id is not None:
        open_occurrence(uow, row.occurrence_id)
    if uow.actor.id not in possible_companions(uow, row):
        raise NotFound
    return row


def companion_requests_at(ctx: ReadContext, occurrence_id: UUID, member_id: UUID | None = None) -> list[UUID]:
    """Return the newcomers who want a companion at an occurrence; with `member_id`, only where that member is either
    one.
    """
    query = select(Onboarding.member_id).where(Onboarding.occurrence_id == occurrence_id)
    if member_id is not None:
        query = query.where(or_(Onboarding.member_id == member_id, Onboarding.companion_id == member_id))
    return list(ctx.session.scalars(query.order_by(Onboarding.member_id)))


def companion_requests_between(ctx: ReadContext, one: UUID, other: UUID) -> list[UUID]:
    """Return which of these two members has the other as their companion."""
    pair = (one, other)
    query = select(Onboarding.member_id).where(Onboarding.member_id.in_(pair), Onboarding.companion_id.in_(pair))
    return list(ctx.session.scalars(query.order_by(Onboarding.member_id)))


def is_attending(ctx: ReadContext, row: Onboarding) -> bool:
    """Return whether the newcomer goes to the occurrence or waits for a seat."""
    return row.occurrence_id is not None and row.member_id in attendees.members_with_rsvp(
        ctx, row.occurrence_id, HAS_PLACE
    )


def possible_companions(ctx: ReadContext, row: Onboarding) -> list[UUID]:
    """Return who may be the companion: everyone who goes there, may help and may meet the newcomer."""
    if row.occurrence_id is None:
        return []
    blocked = blocked_ids(ctx.session, row.member_id)
    going = attendees.members_with_rsvp(ctx, row.occurrence_id, [RsvpState.GOING])
    allowed = eligible_helpers(ctx.session, going, now=ctx.now) - blocked - {row.member_id}
    return [one for one in going if one in allowed]


def available_greeters(ctx: ReadContext, member_id: UUID) -> list[UUID]:
    """Return the members who may greet a newcomer: volunteers who take no break, or else coordinators."""
    blocked = blocked_ids(ctx.session, member_id)
    query = (
        select(Greeter.member_id)
        .join(Member, Member.id == Greeter.member_id)
        .where(is_eligible_helper(ctx.now), Greeter.member_id != member_id)
        .order_by(Greeter.since, Greeter.member_id)
    )
    offered = [one for one in ctx.session.scalars(query) if one not in blocked]
    resting = resting_members(ctx, offered) if offered else set()
    found = [one for one in offered if one not in resting]
    if found:
        return found
    staff = eligible_helpers(ctx.session, coordinators(ctx.session, now=ctx.now), now=ctx.now)
    return sorted(staff - blocked - {member_id})


def onboardings_of_helper(uow: UnitOfWork, member_id: UUID) -> list[Onboarding]:
    """Lock and return the onboardings in which a member is the companion or has yet to greet."""
    greets = and_(Onboarding.greeter_id == member_id, Onboarding.greeted_at.is_(None))
    query = select(Onboarding).where(or_(greets, Onboarding.companion_id == member_id)).order_by(Onboarding.member_id)
    return list(uow.session.scalars(query.with_for_update()))


def recent_greetings(ctx: ReadContext) -> dict[UUID, int]:
    """Return how many newcomers each greeter got in the last two weeks."""
    rows = ctx.session.execute(
        select(Onboarding.greeter_id, func.count())
        .where(Onboarding.started_at > ctx.now - rules.RECENT, Onboarding.greeter_id.is_not(None))
        .group_by(Onboarding.greeter_id)
    )
    return {greeter_id: count for greeter_id, count in rows if greeter_id}


def newcomer_room(ctx: ReadContext) -> NewcomerRoom | None:
    """Return the coordinators' choice of the room in which newcomers begin."""
    return ctx.session.scalar(select(NewcomerRoom).limit(1))


def own_greeter_offer(ctx: ReadContext) -> Greeter | None:
    """Return the actor's offer to greet newcomers."""
    return ctx.session.get(Greeter, ctx.actor.id)


def greeted_by_actor(ctx: ReadContext, member_ids: Collection[UUID]) -> dict[UUID, bool]:
    """Return those of these newcomers whom the actor greets, and whether they were greeted or their days are over."""
    query = select(Onboarding.member_id, Onboarding.greeted_at, Onboarding.ends_at).where(
        Onboarding.member_id.in_(member_ids), Onboarding.greeter_id == ctx.actor.id
    )
    return {
        one: greeted_at is not None or ends_at <= ctx.now for one, greeted_at, ends_at in ctx.session.execute(query)
    }


def open_companion_requests(ctx: ReadContext, occurrence_ids: Collection[UUID]) -> set[tuple[UUID, UUID]]:
    """Return the (newcomer, occurrence) of requests for a companion at these occurrences that no one has taken."""
    query = select(Onboarding.member_id, Onboarding.occurrence_id).where(
        Onboarding.occurrence_id.in_(occurrence_ids), Onboarding.companion_id.is_(None)
    )
    return {(one, date_id) for one, date_id in ctx.session.execute(query) if date_id}
