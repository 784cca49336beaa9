"""How workers take events from the outbox: by state, under a lease, each attempt counted before it is made.

Never read the outbox by "id after the last one": ids are given out before commit and a late one would be missed. A
claim is a short transaction of its own that counts the attempt, so that an event which ends its worker is counted too.
Each event is then handled in a transaction that begins with `hold` and ends with `finish`. `hold` locks the row if the
claim is still ours, so nobody else can take an event while it is handled, and a worker that lost its lease finds out
before it acts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import CTE, ColumnElement, Select, exists, func, or_, select, union_all, update
from sqlalchemy.orm import Session, aliased

from community.core.events import Urgency
from community.core.ids import new_id
from community.core.outbox import OutboxEvent

LEASE = timedelta(seconds=10)
MOST_ATTEMPTS = 5
BACK_OFF = (timedelta(seconds=1), timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=10))
FURTHEST = BACK_OFF[-1] + LEASE  # nothing tried is honestly due later than this: the clock was set back
WORKER_ENDED = "WorkerEnded"
RECORDED = (Urgency.CRISIS, Urgency.PERSON)  # the classes that recorded events come in unless their kind says otherwise


@dataclass(frozen=True)
class Claim:
    """An event that this worker holds until its lease runs out."""

    id: UUID
    type: str
    payload: dict[str, Any]
    created_at: datetime
    attempts: int
    token: UUID
    key: str | None


def claim_fresh(session: Session, *, now: datetime, most: int) -> list[Claim]:
    """Take up to `most` due events that nobody tried yet: the most urgent first, then the longest due."""
    taken: list[CTE] = []
    for urgency in Urgency:
        left: Any = most
        for arm in taken:
            left = left - select(func.count()).select_from(arm).scalar_subquery()
        taken.append(_fresh(urgency, now).limit(left).cte(f"urgency_{urgency.value}"))
    return _take(session, union_all(*(select(arm.c.id) for arm in taken)), now=now)


def claim_retried(session: Session, *, now: datetime) -> list[Claim]:
    """Take one due event that was tried before.

    Alone, and only while nothing else is held: an event that kills its worker must not take others with it.
    """
    tried = (
        select(OutboxEvent.id)
        .where(_tried(now), OutboxEvent.attempts < MOST_ATTEMPTS)
        .order_by(OutboxEvent.due_at)
        .limit(1)
        .with_for_update(skip_locked=True)
        .cte("tried")
    )
    return _take(session, select(tried.c.id), now=now)


def bury_killers(session: Session, *, now: datetime) -> list[tuple[UUID, str]]:
    """Mark dead what ended its worker on the last attempt too: nobody was left to put it back. Ids and types."""
    killers = session.execute(
        update(OutboxEvent)
        .where(_tried(now), OutboxEvent.attempts >= MOST_ATTEMPTS)
        .values(state="dead", token=None, last_error=WORKER_ENDED, finished_at=now)
        .returning(OutboxEvent.id, OutboxEvent.type)
        .execution_options(synchronize_session=False)
    )
    return [(row.id, row.type) for row in killers]


def next_due(session: Session) -> datetime | None:
    """When the next event is due that waits, if any does."""
    firsts = [
        select(func.min(OutboxEvent.due_at))
        .where(OutboxEvent.state == "waiting", OutboxEvent.urgency == urgency)
        .scalar_subquery()
        for urgency in Urgency
    ]
    found = [moment for moment in session.execute(select(*firsts)).one() if moment is not None]
    return min(found, default=None)


def hold(session: Session, claim: Claim, *, now: datetime) -> bool:
    """Lock a claimed event for handling and renew its lease. False when the claim is no longer ours."""
    return _change_ours(session, claim, due_at=now + LEASE)


def keep(session: Session, claims: Sequence[Claim], *, now: datetime) -> None:
    """Renew the leases of what is still to be handled."""
    if not claims:
        return
    session.execute(
        update(OutboxEvent)
        .where(OutboxEvent.id.in_([claim.id for claim in claims]), OutboxEvent.token == claims[0].token)
        .values(due_at=now + LEASE)
        .execution_options(synchronize_session=False)
    )


def finish(session: Session, claim: Claim, *, now: datetime) -> bool:
    """Mark an event done. False when the claim is no longer ours, or the event was planned again while it was held."""
    return _change_ours(session, claim, state="done", finished_at=now, token=None)


def give_back(session: Session, claims: Sequence[Claim], *, now: datetime) -> None:
    """Return what was claimed and never begun, as if it had not been: a worker that stops leaves nothing waiting."""
    for claim in claims:
        _change_ours(session, claim, attempts=claim.attempts - 1, due_at=now, token=None)


def put_back(session: Session, claim: Claim, *, error: str, now: datetime) -> bool:
    """After a failure: later again, or dead after MOST_ATTEMPTS (True). `error` names types of errors, never words."""
    is_dead = claim.attempts >= MOST_ATTEMPTS
    later = now + BACK_OFF[min(claim.attempts, len(BACK_OFF)) - 1]
    changed = _change_ours(
        session,
        claim,
        state="dead" if is_dead else "waiting",
        due_at=later,
        token=None,
        last_error=error[:500],
        finished_at=now if is_dead else None,
    )
    return changed and is_dead


def _fresh(urgency: Urgency, now: datetime) -> Select[Any]:
    """What is due and untried. What was recorded, not planned, is due whatever the clock says: whoever recorded it may
    run a little ahead of us.
    """
    is_due: ColumnElement[bool] = OutboxEvent.due_at <= now
    if urgency in RECORDED:
        is_due = or_(is_due, OutboxEvent.key.is_(None))
    earlier = aliased(OutboxEvent)
    has_earlier = exists().where(
        earlier.subject == OutboxEvent.subject, earlier.place < OutboxEvent.place, earlier.state == "waiting"
    )
    return (
        select(OutboxEvent.id)
        .where(OutboxEvent.state == "waiting", OutboxEvent.urgency == urgency, OutboxEvent.attempts == 0, is_due)
        .where(or_(OutboxEvent.place.is_(None), ~has_earlier))
        .order_by(OutboxEvent.due_at)
        .with_for_update(skip_locked=True)
    )


def _tried(now: datetime) -> ColumnElement[bool]:
    return (
        (OutboxEvent.state == "waiting")
        & (OutboxEvent.attempts > 0)
        & or_(OutboxEvent.due_at <= now, OutboxEvent.due_at > now + FURTHEST)
    )


def _take(session: Session, ids: Any, *, now: datetime) -> list[Claim]:
    token = new_id()
    taken = session.scalars(
        update(OutboxEvent)
        .where(OutboxEvent.id.in_(ids))
        .values(attempts=OutboxEvent.attempts + 1, due_at=now + LEASE, token=token)
        .returning(OutboxEvent)
        .execution_options(synchronize_session=False)
    ).all()
    rows = sorted(taken, key=lambda row: (row.urgency, row.created_at, row.id.bytes))
    return [Claim(row.id, row.type, row.payload, row.created_at, row.attempts, token, row.key) for row in rows]


def _change_ours(session: Session, claim: Claim, **values: Any) -> bool:
    changed = session.scalar(
        update(OutboxEvent)
        .where(OutboxEvent.id == claim.id, OutboxEvent.token == claim.token, OutboxEvent.state == "waiting")
        .values(**values)
        .returning(OutboxEvent.id)
        .execution_options(synchronize_session=False)
    )
    return changed is not None
