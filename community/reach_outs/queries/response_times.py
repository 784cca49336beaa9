"""Response times and drills, for coordinators. Figures of fewer than eleven people are not shown."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from community.core.minimum_group import MIN_GROUP_SIZE, at_share
from community.core.permissions import Permission
from community.core.unit_of_work import ReadContext
from community.reach_outs.models import ReachOut, ReachOutStep

FIGURE_SPAN = timedelta(days=90)
MAX_DRILLS = 8


@dataclass(frozen=True)
class ResponseTimes:
    """Response times of the last 90 days: people, requests, and the median and 90th percentile in seconds.

    All of it is None when fewer than eleven people asked. `nobody` counts the requesters who were told that no one is
    available and got no responder later either. Each of them is a coordinator's task.
    """

    people: int | None
    reach_outs: int | None
    half_seconds: float | None
    most_seconds: float | None
    nobody: int | None


@dataclass(frozen=True)
class DrillView:
    """A drill with the seconds until a coordinator on call claimed it; None when none did.

    `late_seconds` is the longest delay of a step.
    """

    id: UUID
    opened_at: datetime
    is_over: bool
    seconds: float | None
    late_seconds: float


@dataclass(frozen=True)
class OpenReachOutView:
    """An open reach-out without requester and note."""

    id: UUID
    opened_at: datetime
    state: str


def response_times(ctx: ReadContext) -> ResponseTimes:
    """Return the response times of the last 90 days. Raises Forbidden."""
    _ = ctx.permitted(Permission.SEE_FIGURES)
    rows = ctx.session.execute(
        select(
            ReachOut.requester_id, ReachOut.opened_at, ReachOut.claimed_at, ReachOut.hotlines_shown_at, ReachOut.state
        ).where(
            ReachOut.is_drill.is_(False),
            ReachOut.opened_at > ctx.now - FIGURE_SPAN,
            func.coalesce(ReachOut.outcome, "") != "mistake",
        )
    ).all()
    if len({row.requester_id for row in rows}) < MIN_GROUP_SIZE:
        return ResponseTimes(None, None, None, None, None)
    waits = sorted((row.claimed_at - row.opened_at).total_seconds() for row in rows if row.claimed_at)
    nobody = sum(row.claimed_at is None and row.hotlines_shown_at is not None and row.state == "closed" for row in rows)
    people = len({row.requester_id for row in rows})
    return ResponseTimes(people, len(rows), at_share(waits, 0.5), at_share(waits, 0.9), nobody)


def recent_drills(ctx: ReadContext) -> list[DrillView]:
    """Return the last drills, newest first. Raises Forbidden."""
    _ = ctx.permitted(Permission.TAKE_SHIFTS)
    rows = ctx.session.scalars(
        select(ReachOut).where(ReachOut.is_drill).order_by(ReachOut.opened_at.desc(), ReachOut.id).limit(MAX_DRILLS)
    ).all()
    return [
        DrillView(
            row.id,
            row.opened_at,
            row.state == "closed",
            (row.claimed_at - row.opened_at).total_seconds() if row.claimed_at else None,
            _max_delay(ctx, row),
        )
        for row in rows
    ]


def open_reach_outs(ctx: ReadContext) -> list[OpenReachOutView]:
    """Return the open reach-outs without requester and note, oldest first. Raises Forbidden."""
    _ = ctx.permitted(Permission.TAKE_SHIFTS)
    rows = ctx.session.scalars(
        select(ReachOut)
        .where(ReachOut.state != "closed", ReachOut.is_drill.is_(False))
        .order_by(ReachOut.opened_at, ReachOut.id)
    )
    return [OpenReachOutView(row.id, row.opened_at, row.state) for row in rows]


def _max_delay(ctx: ReadContext, row: ReachOut) -> float:
    steps = ctx.session.scalars(select(ReachOutStep).where(ReachOutStep.reach_out_id == row.id))
    return max(((step.started_at - step.due_at).total_seconds() for step in steps if step.started_at), default=0.0)
