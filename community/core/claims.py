"""How workers take events from the outbox: by state, under a lease, each attempt counted before it is made.

Never read the outbox by "id after the last one": ids are given out before commit and a late one would be missed. A
claim is a short transaction of its own that counts the attempt, so that an event which ends its worker is counted too.
The events are then handled in transactions that begin with `hold` and end with `finish`. `hold` locks those rows whose
claim is still ours, so nobody else can take an event while it is handled, and a worker that lost its lease finds out
before it acts. That is why a lease may be short: it says how long the others wait for a worker that ended.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import CTE, ColumnElement, Select, any_, bindparam, exists, func, or_, select, union_all, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session, aliased
from sqlalchemy.types import Uuid

from community.core.events import Urgency
from community.core.ids import new_id
from community.core.outbox import OutboxEvent

LEASE = timedelta(seconds=3)
MOST_ATTEMPTS = 5
BACK_OFF = (timedelta(seconds=1), timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=10))
FURTHEST = BACK_OFF[-1] + LEASE  # nothing tried is honestly due later than this: the clock was set back
WORKER_ENDED = "WorkerEnded"
URGENT = (Urgency.CRISIS, Urgency.PERSON)  # what is recorded and not planned, unless its kind says otherwise
PATIENT = (Urgency.TIMED, Urgency.DIGEST)


@dataclass(frozen=True)
class Claim:
    """An event that this worker holds until its lease runs out; `due_at` is since when it has been due."""

    id: UUID
    type: str
    payload: dict[str, Any]
    urgency: int
    due_at: datetime
    attempts: int
    token: UUID


def begin(session: Session) -> datetime:
    """Begin a claim: the moment by the database's clock, which all workers share.

    A claim need not be on disk before it is acted on: should the database crash, it was never made.
    """
    if session.get_bind().dialect.name != "postgresql":
        return datetime.now(UTC)
    asked = select(func.clock_timestamp(), func.set_config("synchronous_commit", "off", True))
    moment: datetime = session.execute(asked).one()[0]
    return moment.astimezone(UTC)


def claim_fresh(
    session: Session, *, now: datetime, most: int, urgencies: Sequence[Urgency] = tuple(Urgency)
) -> list[Claim]:
    """Take up to `most` due events that nobody tried yet: the most urgent first, then the longest due."""
    arms: list[CTE] = []
    for urgency in urgencies:
        left: Any = most
        for arm in arms:
            left = left - select(func.count()).select_from(arm).scalar_subquery()
        arms.append(_fresh(urgency, now).limit(left).cte(f"urgency_{urgency.value}"))
    return _take(session, union_all(*(select(arm) for arm in arms)), now=now)


def claim_retried(session: Session, *, now: datetime) -> list[Claim]:
    """Take one due event that was tried before.

    Alone, and only while nothing else is held: an event that kills its worker must not take others with it.
    """
    tried = (
        _columns()
        .where(_tried(now), OutboxEvent.attempts < MOST_ATTEMPTS)
        .order_by(OutboxEvent.due_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return _take(session, tried, now=now)


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


def hold(session: Session, claims: Sequence[Claim], *, now: datetime) -> set[UUID]:
    """Lock claimed events for handling and renew their leases. The ids of those that are still ours."""
    return _change_ours(session, claims, due_at=now + LEASE)


def finish(session: Session, claims: Sequence[Claim], *, now: datetime) -> None:
    """Mark events done. One that was planned again while it was held waits for its new moment instead."""
    _change_ours(session, claims, state="done", finished_at=now, token=None)


def give_back(session: Session, claims: Sequence[Claim], *, now: datetime) -> None:
    """Return what was claimed and never handled, as if it had not been: nobody is blamed for a worker that stops."""
    _change_ours(session, claims, attempts=OutboxEvent.attempts - 1, due_at=now, token=None)


def put_back(session: Session, claim: Claim, *, error: str, now: datetime) -> bool:
    """After a failure: later again, or dead after MOST_ATTEMPTS (True). `error` names types of errors, never words."""
    is_dead = claim.attempts >= MOST_ATTEMPTS
    changed = _change_ours(
        session,
        [claim],
        state="dead" if is_dead else "waiting",
        due_at=now + BACK_OFF[min(claim.attempts, len(BACK_OFF)) - 1],
        token=None,
        last_error=error[:500],
        finished_at=now if is_dead else None,
    )
    return bool(changed) and is_dead


def _columns() -> Select[Any]:
    row = OutboxEvent
    return select(row.id, row.type, row.payload, row.urgency, row.due_at, row.attempts).where(row.state == "waiting")


def _fresh(urgency: Urgency, now: datetime) -> Select[Any]:
    """What is due and untried. What was recorded, not planned, is due whatever the clock says: whoever recorded it may
    run a little ahead of us.
    """
    is_due: ColumnElement[bool] = OutboxEvent.due_at <= now
    if urgency in URGENT:
        is_due = or_(is_due, OutboxEvent.key.is_(None))
    earlier = aliased(OutboxEvent)
    has_earlier = exists().where(
        earlier.subject == OutboxEvent.subject, earlier.place < OutboxEvent.place, earlier.state == "waiting"
    )
    return (
        _columns()
        .where(OutboxEvent.urgency == urgency, OutboxEvent.attempts == 0, is_due)
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


def _take(session: Session, due: Any, *, now: datetime) -> list[Claim]:
    rows = session.execute(due).all()
    if not rows:
        return []
    token = new_id()
    session.execute(
        update(OutboxEvent)
        .where(_is_among(session, [row.id for row in rows]))
        .values(attempts=OutboxEvent.attempts + 1, due_at=now + LEASE, token=token)
        .execution_options(synchronize_session=False)
    )
    return [Claim(row.id, row.type, row.payload, row.urgency, row.due_at, row.attempts + 1, token) for row in rows]


def _change_ours(session: Session, claims: Sequence[Claim], **values: Any) -> set[UUID]:
    if not claims:
        return set()
    changed = session.scalars(
        update(OutboxEvent)
        .where(
            _is_among(session, [claim.id for claim in claims]),
            OutboxEvent.token == claims[0].token,
            OutboxEvent.state == "waiting",
        )
        .values(**values)
        .returning(OutboxEvent.id)
        .execution_options(synchronize_session=False)
    )
    return set(changed)


def _is_among(session: Session, ids: Sequence[UUID]) -> ColumnElement[bool]:
    """One statement for any number of ids on PostgreSQL, so that it is prepared once."""
    if session.get_bind().dialect.name != "postgresql":
        return OutboxEvent.id.in_(ids)
    return OutboxEvent.id == any_(bindparam("ids", list(ids), type_=ARRAY(Uuid())))
