"""Dead letters: events that failed too often, with the reason; operators replay or discard them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from community.core.db import Page, keyset_page
from community.core.ids import first_id_at
from community.core.outbox.store import OutboxEvent

DISCARDED = "discarded"
REPLAYED_AT_ONCE = 5_000


@dataclass(frozen=True)
class DeadLetter:
    """A failed event for operators: how often it was tried and its last error, no content."""

    id: UUID
    type: str
    subject: str
    state: str
    created_at: datetime
    due_at: datetime
    finished_at: datetime | None
    attempts: int
    last_error: str | None


@dataclass(frozen=True)
class OutboxStats:
    """State of the outbox: events that are due (and since when), that wait for their moment, and that are dead."""

    due: int
    due_since: datetime | None
    planned: int
    dead: int


@dataclass(frozen=True)
class OutboxReport:
    """State of the outbox with the dead by kind and reason, and the events done in each of the last 24 hours."""

    now: OutboxStats
    dead: Sequence[tuple[str, str, int]]
    hours: Sequence[tuple[datetime, int]]


def standing(session: Session, *, now: datetime) -> OutboxStats:
    """Return the state of the outbox now."""
    row = OutboxEvent
    is_due = (row.due_at <= now) & (row.state == "waiting")
    due, since = session.execute(select(func.count(), func.min(row.due_at)).where(is_due)).one()
    planned = session.scalars(select(func.count()).where(row.state == "waiting", row.due_at > now)).one()
    dead = session.scalars(select(func.count()).where(row.state == "dead")).one()
    return OutboxStats(due, since, planned, dead)


def outlook(session: Session, *, now: datetime) -> OutboxReport:
    """Return the state of the outbox now, with the last day."""
    row = OutboxEvent
    dead = session.execute(
        select(row.type, func.coalesce(row.last_error, ""), func.count())
        .where(row.state == "dead")
        .group_by(row.type, row.last_error)
        .order_by(func.count().desc(), row.type)
        .limit(50)
    ).all()
    done = (row.state == "done") & (row.id >= first_id_at(now - timedelta(days=8)))
    hours = hourly_counts(session, row.finished_at, done, now=now)
    return OutboxReport(standing(session, now=now), [(*one,) for one in dead], hours)


def hourly_counts(
    session: Session, moment: ColumnElement[Any] | Any, condition: ColumnElement[bool], *, now: datetime
) -> list[tuple[datetime, int]]:
    """Count the rows with a moment in each of the last 24 hours, oldest first, the present hour last."""
    present = now.replace(minute=0, second=0, microsecond=0)
    hours = [present - timedelta(hours=back) for back in range(23, -1, -1)]
    is_postgres = session.get_bind().dialect.name == "postgresql"
    hour = func.to_char(moment, "YYYY-MM-DD HH24") if is_postgres else func.strftime("%Y-%m-%d %H", moment)
    asked = select(hour, func.count()).where(condition, moment >= hours[0]).group_by(hour)
    counts = {str(text): int(count) for text, count in session.execute(asked)}
    return [(one, counts.get(one.strftime("%Y-%m-%d %H"), 0)) for one in hours]


def dead(session: Session, *, cursor: str | None, limit: int) -> Page[DeadLetter]:
    """Return a page of dead letters, the latest first."""
    query = select(OutboxEvent).where(OutboxEvent.state == "dead")
    by = (OutboxEvent.finished_at, OutboxEvent.id)
    page = keyset_page(session, query, by=by, cursor=cursor, limit=limit, descending=True)
    return Page([_letter(row) for row in page.items], page.next_cursor)


def letter(session: Session, event_id: UUID) -> DeadLetter | None:
    """Return one event by its id, dead or not."""
    row = session.get(OutboxEvent, event_id)
    return _letter(row) if row else None


def replay(session: Session, *, now: datetime, event_id: UUID | None = None) -> int:
    """Make one dead event due again with all its attempts, or all of them up to REPLAYED_AT_ONCE. Returns how many."""
    which = select(OutboxEvent.id).where(OutboxEvent.state == "dead").limit(REPLAYED_AT_ONCE)
    return _change(session, which, event_id, state="waiting", due_at=now, attempts=0, finished_at=None)


def discard(session: Session, *, now: datetime, event_id: UUID) -> int:
    """Mark a dead event done, with a reason that says that it was discarded. Returns how many."""
    reason = func.coalesce(OutboxEvent.last_error, "") + f" {DISCARDED}"
    which = select(OutboxEvent.id).where(OutboxEvent.state == "dead")
    return _change(session, which, event_id, state="done", finished_at=now, last_error=reason)


def _change(session: Session, which: Any, event_id: UUID | None, **values: Any) -> int:
    if event_id is not None:
        which = which.where(OutboxEvent.id == event_id)
    changed = session.scalars(
        update(OutboxEvent)
        .where(OutboxEvent.id.in_(which))
        .values(**values)
        .returning(OutboxEvent.id)
        .execution_options(synchronize_session=False)
    )
    return len(changed.all())


def _letter(row: OutboxEvent) -> DeadLetter:
    return DeadLetter(
        row.id,
        row.type,
        row.subject,
        row.state,
        row.created_at,
        row.due_at,
        row.finished_at,
        row.attempts,
        row.last_error,
    )
