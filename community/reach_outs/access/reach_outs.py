"""Access to reach-outs. Members who are neither the requester nor asked get NotFound."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from community.core.errors import NotFound
from community.core.unit_of_work import ReadContext, UnitOfWork
from community.members.models import Member
from community.members.queries.blocks import blocked_ids, can_interact
from community.members.queries.helping import can_help
from community.reach_outs.models import Availability, ReachOut, ReachOutStep, RequestFeedback, ResponderRequest
from community.reach_outs.rules import Step
from community.rooms.queries.public import has_written


def own_open_request(uow: UnitOfWork) -> ReachOut | None:
    """Lock and return the actor's open reach-out, and lock the actor's row to keep two simultaneous requests one."""
    _lock_actor(uow)
    query = select(ReachOut).where(ReachOut.requester_id == uow.actor.id, ReachOut.state != "closed")
    return uow.session.scalar(query.with_for_update().execution_options(populate_existing=True))


def own_request(uow: UnitOfWork, reach_out_id: UUID) -> ReachOut:
    """Lock and return one of the actor's reach-outs. Raises NotFound."""
    row = find_request(uow, reach_out_id, lock=True)
    if row is None or row.requester_id != uow.actor.id:
        raise NotFound
    return row


def find_request(ctx: ReadContext, reach_out_id: UUID, *, lock: bool = False) -> ReachOut | None:
    """Return a reach-out for an event. Asks no permission."""
    return ctx.session.get(ReachOut, reach_out_id, with_for_update=lock or None, populate_existing=lock)


def lock_request(uow: UnitOfWork, reach_out_id: UUID) -> ReachOut:
    """Lock and return a reach-out before it is known whether the actor may see it. Raises NotFound.

    Callers check the permission next, with `own_responder_request` or by the requester's id.
    """
    row = find_request(uow, reach_out_id, lock=True)
    if row is None:
        raise NotFound
    return row


def own_responder_request(ctx: ReadContext, row: ReachOut) -> ResponderRequest:
    """Return how the actor was asked to respond. Raises NotFound, also for members who may not help now.

    A responder who has claimed it, or reads one that is closed, is not checked again for permission to help.
    """
    ask = ctx.session.get(ResponderRequest, (row.id, ctx.actor.id), populate_existing=True)
    if ask is None or (row.requester_id is not None and not can_interact(ctx.session, row.requester_id, ctx.actor.id)):
        raise NotFound
    is_judged = row.state != "closed" and row.claimed_by != ctx.actor.id
    if is_judged and not can_help(ctx.session, ctx.actor.id, now=ctx.now):
        raise NotFound
    return ask


def has_responder_written(ctx: ReadContext, row: ReachOut) -> bool:
    """Return whether the responder of a claimed reach-out has written a message in its room."""
    if row.answered_at is not None or row.claimed_by is None or row.room_id is None:
        return row.answered_at is not None
    return has_written(ctx.session, room_id=row.room_id, member_id=row.claimed_by)


def unanswered_in_room(ctx: ReadContext, room_id: UUID) -> UUID | None:
    """Return the reach-out that has this room, while its responder is not known to have written."""
    query = select(ReachOut.id).where(
        ReachOut.room_id == room_id, ReachOut.state == "claimed", ReachOut.answered_at.is_(None)
    )
    return ctx.session.scalar(query)


def unanswered_requests(ctx: ReadContext, member_id: UUID, *, since: datetime) -> list[UUID]:
    """Return a member's reach-outs since a moment that no responder answered, for event handlers."""
    query = select(ReachOut.id).where(
        ReachOut.requester_id == member_id,
        ReachOut.opened_at >= since,
        ReachOut.hotlines_shown_at.is_not(None),
        ReachOut.claimed_at.is_(None),
    )
    return list(ctx.session.scalars(query))


def is_waiting() -> ColumnElement[bool]:
    """Return the condition on `ReachOut` that its steps go on."""
    return or_(ReachOut.state == "open", and_(ReachOut.state == "claimed", ReachOut.answered_at.is_(None)))


def request_of_pair(uow: UnitOfWork, reach_out_id: UUID) -> ReachOut:
    """Lock and return a reach-out of which the actor is the requester or the responder. Raises NotFound."""
    row = lock_request(uow, reach_out_id)
    if uow.actor.id not in (row.requester_id, row.claimed_by):
        raise NotFound
    return row


def load_steps(ctx: ReadContext, row: ReachOut) -> list[Step]:
    """Return the steps of a reach-out in their order."""
    rows = ctx.session.scalars(_select_steps(row).execution_options(populate_existing=True))
    return [Step(step.kind, step.due_at, step.state) for step in rows]


def save_steps(uow: UnitOfWork, row: ReachOut, steps: list[Step]) -> None:
    """Save the steps of a locked reach-out, and create those that are new."""
    existing = {step.kind: step for step in uow.session.scalars(_select_steps(row))}
    for place, step in enumerate(steps):
        saved = existing.get(step.kind)
        if saved is None:
            saved = ReachOutStep(
                reach_out_id=row.id, position=place, kind=step.kind, due_at=step.due_at, state=step.state
            )
            uow.session.add(saved)
        if saved.state == "waiting" and step.state != "waiting":
            saved.started_at = uow.now
        saved.due_at, saved.state = step.due_at, step.state
    uow.session.flush()


def responder_requests(ctx: ReadContext, row: ReachOut) -> list[ResponderRequest]:
    """Return the requests to responders in the order in which they were made."""
    query = select(ResponderRequest).where(ResponderRequest.reach_out_id == row.id)
    query = query.order_by(ResponderRequest.round, ResponderRequest.member_id)
    return list(ctx.session.scalars(query.execution_options(populate_existing=True)))


def requests_open_to_peers(uow: UnitOfWork) -> list[ReachOut]:
    """Lock and return the unanswered reach-outs whose peers have had their turn, oldest first."""
    reached = select(ReachOutStep.reach_out_id).where(
        ReachOutStep.kind == "available_peers", ReachOutStep.state.in_(("asked", "passed", "skipped"))
    )
    query = select(ReachOut).where(is_waiting(), ReachOut.is_drill.is_(False), ReachOut.id.in_(reached))
    return list(uow.session.scalars(query.order_by(ReachOut.opened_at, ReachOut.id).with_for_update()))


def overdue_requests(uow: UnitOfWork, *, since: datetime, limit: int) -> list[ReachOut]:
    """Lock and return reach-outs with a step that was due before a moment, except those that others have locked."""
    late = select(ReachOutStep.reach_out_id).where(ReachOutStep.state == "waiting", ReachOutStep.due_at < since)
    query = select(ReachOut).where(is_waiting(), ReachOut.id.in_(late)).order_by(ReachOut.opened_at)
    return list(uow.session.scalars(query.limit(limit).with_for_update(skip_locked=True)))


def claimed_between(uow: UnitOfWork, one: UUID, other: UUID) -> list[ReachOut]:
    """Lock and return the claimed reach-outs in which one of these two is the requester and the other the responder."""
    either = or_(
        and_(ReachOut.requester_id == one, ReachOut.claimed_by == other),
        and_(ReachOut.requester_id == other, ReachOut.claimed_by == one),
    )
    return list(uow.session.scalars(select(ReachOut).where(ReachOut.state == "claimed", either).with_for_update()))


def open_drill(uow: UnitOfWork) -> ReachOut | None:
    """Lock and return the drill that is not closed."""
    query = select(ReachOut).where(ReachOut.is_drill, ReachOut.state != "closed").limit(1).with_for_update()
    return uow.session.scalar(query)


def last_drill_at(ctx: ReadContext) -> datetime | None:
    """Return when the last drill began."""
    return ctx.session.scalar(select(func.max(ReachOut.opened_at)).where(ReachOut.is_drill))


def open_requests_of(uow: UnitOfWork, member_id: UUID) -> list[ReachOut]:
    """Lock and return the open reach-outs of which a member is the requester or the responder."""
    theirs = or_(ReachOut.requester_id == member_id, ReachOut.claimed_by == member_id)
    return list(uow.session.scalars(select(ReachOut).where(ReachOut.state != "closed", theirs).with_for_update()))


def own_availability(uow: UnitOfWork) -> Availability:
    """Lock and return the actor's availability. It is created when they have set none."""
    _lock_actor(uow)
    row = uow.session.get(Availability, uow.actor.id, populate_existing=True)
    if row is None:
        row = Availability(
            member_id=uow.actor.id, available_until=None, overrides_quiet_hours=False, changed_at=uow.now
        )
        uow.session.add(row)
    return row


def find_own_availability(ctx: ReadContext) -> Availability | None:
    """Return the actor's availability, if they have set one."""
    return ctx.session.get(Availability, ctx.actor.id)


def own_feedback(ctx: ReadContext, row: ReachOut) -> RequestFeedback | None:
    """Return the actor's feedback on a reach-out."""
    return ctx.session.get(RequestFeedback, (row.id, ctx.actor.id))


@dataclass(frozen=True)
class RequestToActor:
    """A reach-out that the actor was asked to respond to. A buddy knows its requester until someone claims it."""

    id: UUID
    is_drill: bool
    known_requester_id: UUID | None


def recent_requests_to_actor(ctx: ReadContext, since: datetime) -> list[RequestToActor]:
    """Return the unanswered reach-outs that the actor was asked to respond to since a moment."""
    if not can_help(ctx.session, ctx.actor.id, now=ctx.now):
        return []
    rows = ctx.session.execute(
        select(ReachOut.id, ReachOut.is_drill, ReachOut.requester_id, ReachOut.state, ResponderRequest.kind)
        .join(ResponderRequest, ResponderRequest.reach_out_id == ReachOut.id)
        .where(
            ResponderRequest.member_id == ctx.actor.id,
            ResponderRequest.declined_at.is_(None),
            ResponderRequest.asked_at > since,
            is_waiting(),
            or_(ReachOut.claimed_by.is_(None), ReachOut.claimed_by != ctx.actor.id),
        )
        .order_by(ReachOut.opened_at)
    ).all()
    blocked = blocked_ids(ctx.session, ctx.actor.id) if rows else frozenset()
    return [
        RequestToActor(row.id, row.is_drill, row.requester_id if row.kind == "buddy" and row.state == "open" else None)
        for row in rows
        if row.requester_id not in blocked
    ]


def _lock_actor(uow: UnitOfWork) -> None:
    """Lock the actor's row against a second action of theirs.

    The lock lets others write rows that refer to the actor (`key_share`). A transaction that asks them to respond holds
    a reach-out that this one may be about to wait for.
    """
    uow.session.get_one(Member, uow.actor.id, with_for_update={"key_share": True})


def _select_steps(row: ReachOut) -> Select[ReachOutStep]:
    return select(ReachOutStep).where(ReachOutStep.reach_out_id == row.id).order_by(ReachOutStep.position)
