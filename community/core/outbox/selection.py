"""Statements that select due events.

They are built once: on SQLite every writer would wait while a statement is built.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    bindparam,
    exists,
    func,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from community.core.db import UTCDateTime
from community.core.events import Priority
from community.core.outbox.store import OutboxEvent

LEASE = timedelta(seconds=3)
MAX_ATTEMPTS = 5
BACK_OFF = (timedelta(seconds=1), timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=10))
FURTHEST = BACK_OFF[-1] + LEASE  # nothing tried is honestly due later than this: the clock was set back
CLOCKS_DIFFER = timedelta(seconds=5)  # what was recorded by a clock that runs ahead of ours is due all the same
URGENT = (Priority.CRISIS, Priority.PERSON)  # what is recorded and not planned, unless its kind says otherwise
PATIENT = (Priority.TIMED, Priority.DIGEST)
_NOW = bindparam("now", type_=UTCDateTime())
_FURTHEST = bindparam("furthest", type_=UTCDateTime())


@dataclass(frozen=True)
class Due:
    """Events that are due at a moment, and when the next waiting event is due."""

    urgent: bool
    patient: bool
    tried: bool
    next_at: datetime | None


def peek(session: Session, *, now: datetime, leases_at: datetime) -> Due:
    """Return what seems due without locking it: a worker that finds nothing delays no writer.

    `now` is the application's time, `leases_at` the database's.
    """
    *firsts, has_tried = session.connection().execute(_firsts(), clock_params(leases_at)).one()
    by_urgency = dict(zip(Priority, firsts, strict=True))
    soon = now + CLOCKS_DIFFER
    return Due(
        urgent=any(by_urgency[priority] and by_urgency[priority] <= soon for priority in URGENT),
        patient=any(by_urgency[priority] and by_urgency[priority] <= now for priority in PATIENT),
        tried=bool(has_tried),
        next_at=min((moment for moment in firsts if moment is not None), default=None),
    )


@cache
def _firsts() -> Select[Any]:
    """Select when the first event of each priority is due, and whether there is one to retry."""
    columns: list[Any] = [
        select(func.min(OutboxEvent.due_at))
        .where(OutboxEvent.state == "waiting", OutboxEvent.priority == priority)
        .scalar_subquery()
        for priority in Priority
    ]
    return select(*columns, _columns().where(is_retry()).exists())


@cache
def select_new(urgencies: tuple[Priority, ...]) -> CompoundSelect[Any]:
    """Select and lock the first `most` events of these priorities that are due at `now` and were never tried."""
    arms: list[CTE] = []
    for priority in urgencies:
        left: Any = bindparam("most", type_=Integer())
        for arm in arms:
            left = left - select(func.count()).select_from(arm).scalar_subquery()
        due = _fresh(priority).limit(left).with_for_update(skip_locked=True)
        arms.append(due.cte(f"urgency_{priority.value}"))
    return union_all(*(select(arm) for arm in arms))


@cache
def select_retries() -> Select[Any]:
    """Select and lock the first event that was tried before and may be retried at `now`."""
    return (
        _columns()
        .where(is_retry(), OutboxEvent.attempts < MAX_ATTEMPTS)
        .order_by(OutboxEvent.due_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


def _fresh(priority: Priority) -> Select[Any]:
    """Select what is due and untried. Recorded events are due whatever the clock says: the process that recorded one
    may run a little ahead of ours.
    """
    is_due: ColumnElement[bool] = OutboxEvent.due_at <= _NOW
    if priority in URGENT:
        is_due = or_(is_due, OutboxEvent.dedupe_key.is_(None))
    earlier = aliased(OutboxEvent)
    has_earlier = exists().where(
        earlier.subject == OutboxEvent.subject, earlier.sequence < OutboxEvent.sequence, earlier.state == "waiting"
    )
    return (
        _columns()
        .where(OutboxEvent.priority == priority, OutboxEvent.attempts == 0, is_due)
        .where(or_(OutboxEvent.sequence.is_(None), ~has_earlier))
        .order_by(OutboxEvent.due_at)
    )


def is_retry() -> ColumnElement[bool]:
    """Return the condition for events that were tried before and are due at `now`, or later than is possible."""
    return (
        (OutboxEvent.state == "waiting")
        & (OutboxEvent.attempts > 0)
        & or_(OutboxEvent.due_at <= _NOW, OutboxEvent.due_at > _FURTHEST)
    )


def clock_params(now: datetime) -> dict[str, datetime]:
    """Return the parameters of these statements for a moment."""
    return {"now": now, "furthest": now + FURTHEST}


def _columns() -> Select[Any]:
    row = OutboxEvent
    return select(row.id, row.type, row.payload, row.priority, row.due_at, row.attempts).where(row.state == "waiting")
