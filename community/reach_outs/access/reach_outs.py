"""Loading reach-outs. To whom one is neither theirs nor was asked of, it is not there."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from community.core.errors import NotFound
from community.core.unit_of_work import ReadContext, UnitOfWork
from community.members.models import Member
from community.members.queries.blocks import blocked_ids, can_interact
from community.members.queries.helping import may_help_now
from community.reach_outs.models import Availability, ReachOut, ReachOutStep, RequestFeedback, ResponderRequest
from community.reach_outs.rules import Step
from community.rooms.queries.public import has_written


def own_open_request(uow: UnitOfWork) -> ReachOut | None:
    """The actor's reach-out that is not closed, locked; the actor's row too, so that two at once are one."""
    _lock_actor(uow)
    query = select(ReachOut).where(ReachOut.asker_id == uow.actor.id, ReachOut.state != "closed")
    return uow.session.scalar(query.with_for_update().execution_options(populate_existing=True))


def own_request(uow: UnitOfWork, reach_out_id: UUID) -> ReachOut:
    """A reach-out of the actor's, locked. Raises NotFound."""
    row = find_request(uow, reach_out_id)
    if row is None or row.asker_id != uow.actor.id:
        raise NotFound
    return row


def find_request(uow: UnitOfWork, reach_out_id: UUID) -> ReachOut | None:
    """A reach-out, locked; for what happens by itself. Asks nobody's permission."""
    return uow.session.get(ReachOut, reach_out_id, with_for_update=True, populate_existing=True)


def lock_request(uow: UnitOfWork, reach_out_id: UUID) -> ReachOut:
    """A reach-out that somebody touches, locked, before it is known whether it is theirs: see `asked_of_actor`."""
    row = find_request(uow, reach_out_id)
    if row is None:
        raise NotFound
    return row


def own_responder_request(ctx: ReadContext, row: ReachOut) -> ResponderRequest:
    """Return how the actor was asked for it. Raises NotFound, also for members who may not help now.

    Who is in the conversation already, or looks back at one that is over, is not judged again.
    """
    ask = ctx.session.get(ResponderRequest, (row.id, ctx.actor.id), populate_existing=True)
    if ask is None or (row.asker_id is not None and not can_interact(ctx.session, row.asker_id, ctx.actor.id)):
        raise NotFound
    is_judged = row.state != "closed" and row.claimed_by != ctx.actor.id
    if is_judged and not may_help_now(ctx.session, ctx.actor.id, now=ctx.now):
        raise NotFound
    return ask


def has_responder_written(ctx: ReadContext, row: ReachOut) -> bool:
    """Whether the responder of a claimed reach-out has written a message in its room."""
    if row.answered_at is not None or row.claimed_by is None or row.room_id is None:
        return row.answered_at is not None
    return has_written(ctx.session, room_id=row.room_id, member_id=row.claimed_by)


def unanswered_in_room(ctx: ReadContext, room_id: UUID) -> UUID | None:
    """Return the reach-out whose room this is, while its responder is not known to have written."""
    query = select(ReachOut.id).where(
        ReachOut.room_id == room_id, ReachOut.state == "claimed", ReachOut.answered_at.is_(None)
    )
    return ctx.session.scalar(query)


def is_waiting() -> ColumnElement[bool]:
    """Condition on `ReachOut`: the ladder still goes on."""
    return or_(ReachOut.state == "open", and_(ReachOut.state == "claimed", ReachOut.answered_at.is_(None)))


def request_of_pair(uow: UnitOfWork, reach_out_id: UUID) -> ReachOut:
    """A reach-out of the actor's, or one for which they came, locked. Raises NotFound."""
    row = lock_request(uow, reach_out_id)
    if uow.actor.id not in (row.asker_id, row.claimed_by):
        raise NotFound
    return row


def load_steps(ctx: ReadContext, row: ReachOut) -> list[Step]:
    """Its steps, the first one first."""
    rows = ctx.session.scalars(_select_steps(row).execution_options(populate_existing=True))
    return [Step(step.kind, step.due_at, step.state) for step in rows]


def save_steps(uow: UnitOfWork, row: ReachOut, steps: list[Step]) -> None:
    """Keep the steps of a locked reach-out as they are now; those that are new are made."""
    there = {step.kind: step for step in uow.session.scalars(_select_steps(row))}
    for place, step in enumerate(steps):
        kept = there.get(step.kind)
        if kept is None:
            kept = ReachOutStep(reach_out_id=row.id, place=place, kind=step.kind, due_at=step.due_at, state=step.state)
            uow.session.add(kept)
        if kept.state == "waiting" and step.state != "waiting":
            kept.reached_at = uow.now
        kept.due_at, kept.state = step.due_at, step.state
    uow.session.flush()


def responder_requests(ctx: ReadContext, row: ReachOut) -> list[ResponderRequest]:
    """Whom it was asked of, in the order in which they were."""
    query = select(ResponderRequest).where(ResponderRequest.reach_out_id == row.id)
    query = query.order_by(ResponderRequest.round, ResponderRequest.member_id)
    return list(ctx.session.scalars(query.execution_options(populate_existing=True)))


def requests_open_to_peers(uow: UnitOfWork) -> list[ReachOut]:
    """Reach-outs for which nobody has come yet and whose peers had their turn, locked, the oldest first."""
    reached = select(ReachOutStep.reach_out_id).where(
        ReachOutStep.kind == "available_peers", ReachOutStep.state.in_(("asked", "passed", "skipped"))
    )
    query = select(ReachOut).where(is_waiting(), ReachOut.is_drill.is_(False), ReachOut.id.in_(reached))
    return list(uow.session.scalars(query.order_by(ReachOut.opened_at, ReachOut.id).with_for_update()))


def overdue_requests(uow: UnitOfWork, *, since: datetime, most: int) -> list[ReachOut]:
    """Reach-outs whose next step should have been taken by a moment, locked but for those that somebody holds."""
    late = select(ReachOutStep.reach_out_id).where(ReachOutStep.state == "waiting", ReachOutStep.due_at < since)
    query = select(ReachOut).where(is_waiting(), ReachOut.id.in_(late)).order_by(ReachOut.opened_at)
    return list(uow.session.scalars(query.limit(most).with_for_update(skip_locked=True)))


def claimed_between(uow: UnitOfWork, one: UUID, other: UUID) -> list[ReachOut]:
    """Reach-outs of one of these for which the other came, locked."""
    either = or_(
        and_(ReachOut.asker_id == one, ReachOut.claimed_by == other),
        and_(ReachOut.asker_id == other, ReachOut.claimed_by == one),
    )
    return list(uow.session.scalars(select(ReachOut).where(ReachOut.state == "claimed", either).with_for_update()))


def open_drill(uow: UnitOfWork) -> ReachOut | None:
    """The drill that is not over, locked."""
    query = select(ReachOut).where(ReachOut.is_drill, ReachOut.state != "closed").limit(1).with_for_update()
    return uow.session.scalar(query)


def last_drill_at(ctx: ReadContext) -> datetime | None:
    """When the last drill began."""
    return ctx.session.scalar(select(func.max(ReachOut.opened_at)).where(ReachOut.is_drill))


def open_requests_of(uow: UnitOfWork, member_id: UUID) -> list[ReachOut]:
    """Reach-outs that are not closed, of somebody's or for which they came, locked."""
    theirs = or_(ReachOut.asker_id == member_id, ReachOut.claimed_by == member_id)
    return list(uow.session.scalars(select(ReachOut).where(ReachOut.state != "closed", theirs).with_for_update()))


def own_availability(uow: UnitOfWork) -> Availability:
    """How the actor may be asked, locked; made when they have not said yet."""
    _lock_actor(uow)
    row = uow.session.get(Availability, uow.actor.id, populate_existing=True)
    if row is None:
        row = Availability(member_id=uow.actor.id, until=None, wakes=False, changed_at=uow.now)
        uow.session.add(row)
    return row


def find_own_availability(ctx: ReadContext) -> Availability | None:
    """How the actor said that they may be asked."""
    return ctx.session.get(Availability, ctx.actor.id)


def own_feedback(ctx: ReadContext, row: ReachOut) -> RequestFeedback | None:
    """What the actor answered at the end."""
    return ctx.session.get(RequestFeedback, (row.id, ctx.actor.id))


def recent_requests_to_actor(ctx: ReadContext, since: datetime) -> list[tuple[UUID, bool]]:
    """Reach-outs and drills that wait for somebody and were asked of the actor since a moment: (id, is a drill)."""
    if not may_help_now(ctx.session, ctx.actor.id, now=ctx.now):
        return []
    rows = ctx.session.execute(
        select(ReachOut.id, ReachOut.is_drill, ReachOut.asker_id)
        .join(ResponderRequest, ResponderRequest.reach_out_id == ReachOut.id)
        .where(
            ResponderRequest.member_id == ctx.actor.id,
            ResponderRequest.passed_at.is_(None),
            ResponderRequest.asked_at > since,
            is_waiting(),
            or_(ReachOut.claimed_by.is_(None), ReachOut.claimed_by != ctx.actor.id),
        )
        .order_by(ReachOut.opened_at)
    ).all()
    apart = blocked_ids(ctx.session, ctx.actor.id) if rows else frozenset()
    return [(row.id, row.is_drill) for row in rows if row.asker_id not in apart]


def _lock_actor(uow: UnitOfWork) -> None:
    """Let the actor do one thing at a time. Rows that point at them may be written meanwhile: whoever asks them holds a
    reach-out that we may be about to wait for.
    """
    uow.session.get_one(Member, uow.actor.id, with_for_update={"key_share": True})


def _select_steps(row: ReachOut) -> Select[ReachOutStep]:
    return select(ReachOutStep).where(ReachOutStep.reach_out_id == row.id).order_by(ReachOutStep.place)
