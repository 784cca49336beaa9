"""Outbox table: events are stored in the transaction that makes them, and kept until a worker has processed them.

A recorded event is due at once. A scheduled event has a key and waits for its moment; the row is all there is to a
reminder, an expiry or a digest. Workers take rows with `leases`.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zlib import crc32

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Index,
    SmallInteger,
    String,
    Text,
    case,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from community.core.clock import machine_microseconds
from community.core.db import Base, insert_into
from community.core.events import Event, Priority
from community.core.ids import new_id

_WAITING = text("state = 'waiting'")
_TRIED = text("state = 'waiting' AND attempts > 0")
_IN_ORDER = text("state = 'waiting' AND sequence IS NOT NULL")
_DEAD = text("state = 'dead'")
_last_place = 0

Row = dict[str, Any]  # what is inserted: names of columns and their values


class OutboxEvent(Base):
    """An event and its state: `waiting` (also while leased), `done`, or `dead` with the reason.

    `due_at` is also the lease's end. `place` is its position among the events of its subject, for kinds with order.
    """

    __tablename__ = "outbox_events"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'done', 'dead')", name="state"),
        Index("uq_outbox_events_key", "dedupe_key", unique=True),
        Index(
            "ix_outbox_events_urgency_due_at", "priority", "due_at", postgresql_where=_WAITING, sqlite_where=_WAITING
        ),
        Index("ix_outbox_events_tried", "due_at", postgresql_where=_TRIED, sqlite_where=_TRIED),
        Index("ix_outbox_events_in_order", "subject", "sequence", postgresql_where=_IN_ORDER, sqlite_where=_IN_ORDER),
        Index("ix_outbox_events_dead", "finished_at", postgresql_where=_DEAD, sqlite_where=_DEAD),
        {"postgresql_with": {"fillfactor": "70", "autovacuum_vacuum_scale_factor": "0.02"}},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    type: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(64))
    payload: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    priority: Mapped[int] = mapped_column(SmallInteger, default=Priority.PERSON)
    dedupe_key: Mapped[str | None] = mapped_column(String(200))
    sequence: Mapped[int | None] = mapped_column(BigInteger)
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    lease_token: Mapped[UUID | None]
    last_error: Mapped[str | None] = mapped_column(Text)
    finished_at: Mapped[datetime | None]


_INSERT = insert(OutboxEvent)


def row_for(event: Event, *, now: datetime) -> Row:
    """Return the outbox row of an event that is being recorded."""
    return {**_values(event, now), "priority": event.priority, "due_at": now}


def jittered(at: datetime, spread: timedelta, *, key: str) -> datetime:
    """Return a moment within `spread` after another, always the same for a key: a crowd due together is spread out."""
    return at + spread * (crc32(key.encode()) / 2**32)


def insert_rows(session: Session, rows: Sequence[Row]) -> None:
    """Insert rows of `row_for` in one statement."""
    session.connection().execute(_INSERT, rows)


def schedule(session: Session, event: Event, *, at: datetime, key: str, now: datetime) -> Row | None:
    """Store an event that is processed at a moment, once for its key. Returns the row when the key was new.

    A waiting event is moved and gets the new payload. One that is done, dead or leased stays as it is.
    """
    moved = session.scalar(
        update(OutboxEvent)
        .where(OutboxEvent.id.in_(_waiting_of([key])))
        .values(
            payload=event.payload(),
            subject=event.subject[-64:],
            due_at=at,
            attempts=0,
            lease_token=None,
            last_error=None,
        )
        .returning(OutboxEvent.id)
        .execution_options(synchronize_session=False)
    )
    if moved is not None or session.scalar(select(OutboxEvent.id).where(OutboxEvent.dedupe_key == key)) is not None:
        return None  # an insert would wait for whoever holds the row
    priority = Priority.CRISIS if event.priority == Priority.CRISIS else max(event.priority, Priority.TIMED)
    values = {
        **_values(event, now),
        "priority": priority,
        "due_at": at,
        "dedupe_key": key,
        "state": "waiting",
        "attempts": 0,
    }
    made = session.scalar(
        insert_into(session, OutboxEvent)
        .values(values)
        .on_conflict_do_nothing(index_elements=["dedupe_key"])
        .returning(OutboxEvent.id)
    )
    return None if made is None else values


def reschedule(session: Session, event: Event, *, key: str, now: datetime, only_dead: bool = False) -> None:
    """Make an event due now, whether it is new, waits for later, or is dead: for events that always come again.

    With `only_dead`, a waiting event keeps its moment.
    """
    values = {**_values(event, now), "priority": Priority.TIMED, "due_at": now, "dedupe_key": key, "state": "waiting"}
    fresh = {"due_at": now, "state": "waiting", "attempts": 0, "lease_token": None, "finished_at": None}
    session.execute(
        insert_into(session, OutboxEvent)
        .values({**values, "attempts": 0})
        .on_conflict_do_update(
            index_elements=["dedupe_key"],
            set_=fresh,
            where=or_(OutboxEvent.state != "waiting", literal(not only_dead) & (OutboxEvent.attempts == 0)),
        )
    )


def cancel(session: Session, keys: Collection[str]) -> int:
    """Delete what is scheduled under these keys and still waits, unless a worker has leased it. Returns how many."""
    gone = session.execute(
        delete(OutboxEvent)
        .where(OutboxEvent.id.in_(_waiting_of(keys)))
        .returning(OutboxEvent.id)
        .execution_options(synchronize_session=False)
    )
    return len(gone.all())


def is_scheduled(session: Session, key: str) -> bool:
    """Return whether the event scheduled under this key is still to be processed."""
    query = select(OutboxEvent.id).where(OutboxEvent.dedupe_key == key, OutboxEvent.state == "waiting")
    return session.scalar(query) is not None


def purge_done(session: Session, *, before: datetime, keyed_before: datetime, most: int) -> int:
    """Delete up to `most` events that were done before a moment, with a moment of its own for those with a key. Returns
    how many. Dead events stay.
    """
    limit = case((OutboxEvent.dedupe_key.is_(None), before), else_=keyed_before)
    old = select(OutboxEvent.id).where(OutboxEvent.state == "done", OutboxEvent.finished_at < limit).limit(most)
    gone = session.execute(
        delete(OutboxEvent)
        .where(OutboxEvent.id.in_(old))
        .returning(OutboxEvent.id)
        .execution_options(synchronize_session=False)
    )
    return len(gone.all())


def oldest_pending(session: Session, *, now: datetime) -> datetime | None:
    """Return since when the longest waiting event has been due, or None."""
    due = [
        select(func.min(OutboxEvent.due_at))
        .where(OutboxEvent.state == "waiting", OutboxEvent.priority == priority, OutboxEvent.due_at <= now)
        .scalar_subquery()
        for priority in Priority
    ]
    found = [moment for moment in session.execute(select(*due)).one() if moment is not None]
    return min(found, default=None)


def _values(event: Event, now: datetime) -> Row:
    return {
        "id": new_id(),
        "type": event.name,
        "subject": event.subject[-64:],
        "payload": event.payload(),
        "created_at": now,
        "sequence": _next_place() if event.in_order else None,
    }


def _next_place() -> int:
    """Return microseconds since 1970, never one twice in a process."""
    global _last_place
    _last_place = max(machine_microseconds(), _last_place + 1)
    return _last_place


def _waiting_of(keys: Collection[str]) -> Any:
    """Select the ids of rows that are not locked: a worker's lock could be waiting for one of ours."""
    return (
        select(OutboxEvent.id)
        .where(OutboxEvent.dedupe_key.in_(keys), OutboxEvent.state == "waiting")
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
