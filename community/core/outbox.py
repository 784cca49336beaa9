"""The outbox: events stand here from the transaction that made them until a worker has seen to them.

Never read it by "id after the last one": ids are given out before commit and a late one would be missed. Workers
select by state (`claim`), hold a lease (`due_at` pushed out), and finish only with the token of their own claim.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, Text, bindparam, func, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from community.core.db import Base
from community.core.events import Event
from community.core.ids import new_id

LEASE = timedelta(seconds=30)
MOST_ATTEMPTS = 5
BACK_OFF = (timedelta(seconds=1), timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=10))


class OutboxEvent(Base):
    """One event and how far it has come: `waiting` (also while leased), `done`, or `dead` with the reason."""

    __tablename__ = "outbox_events"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'done', 'dead')", name="state"),
        Index(
            "ix_outbox_events_waiting",
            "due_at",
            postgresql_where=text("state = 'waiting'"),
            sqlite_where=text("state = 'waiting'"),
        ),
        {"postgresql_with": {"fillfactor": "70"}},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    type: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(64))
    payload: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    token: Mapped[UUID | None]
    last_error: Mapped[str | None] = mapped_column(Text)
    finished_at: Mapped[datetime | None]


@dataclass(frozen=True)
class Claim:
    """An event that this worker holds until its lease runs out."""

    id: UUID
    type: str
    payload: dict[str, Any]
    attempts: int
    token: UUID


def row_for(event: Event, *, now: datetime) -> OutboxEvent:
    """The outbox row of an event that is being recorded."""
    return OutboxEvent(
        id=new_id(), type=event.name, subject=event.subject, payload=event.payload(), created_at=now, due_at=now
    )


def claim(session: Session, *, now: datetime, most: int) -> list[Claim]:
    """Take up to `most` due events, oldest first.

    Rows that were attempted before come alone: an event that kills its worker must not take others with it.
    """
    fresh = _claim_where(session, OutboxEvent.attempts == 0, now=now, most=most)
    return fresh or _claim_where(session, OutboxEvent.attempts > 0, now=now, most=1)


def _claim_where(session: Session, condition: Any, *, now: datetime, most: int) -> list[Claim]:
    token = new_id()
    due = (
        select(OutboxEvent.id)
        .where(OutboxEvent.state == "waiting", OutboxEvent.due_at <= now, condition)
        .order_by(OutboxEvent.due_at)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    taken = session.scalars(
        update(OutboxEvent)
        .where(OutboxEvent.id.in_(due.scalar_subquery()))
        .values(attempts=OutboxEvent.attempts + 1, due_at=now + LEASE, token=token)
        .returning(OutboxEvent)
        .execution_options(synchronize_session=False)
    ).all()
    rows = sorted(taken, key=lambda row: (row.created_at, row.id.bytes))
    return [Claim(row.id, row.type, row.payload, row.attempts, token) for row in rows]


def finish(session: Session, claims: Sequence[Claim], *, now: datetime) -> set[UUID]:
    """Mark claims done; only those whose lease is still ours. Returns the ids that were."""
    if not claims:
        return set()
    done = session.scalars(
        update(OutboxEvent)
        .where(OutboxEvent.id.in_([held.id for held in claims]), OutboxEvent.token == bindparam("held_token"))
        .values(state="done", finished_at=now, token=None)
        .returning(OutboxEvent.id)
        .execution_options(synchronize_session=False),
        {"held_token": claims[0].token},
    )
    return set(done)


def put_back(session: Session, held: Claim, *, error: str, now: datetime) -> None:
    """After a failure: later again, or dead after MOST_ATTEMPTS. `error` names the kind of failure, never words."""
    dead = held.attempts >= MOST_ATTEMPTS
    later = now + BACK_OFF[min(held.attempts, len(BACK_OFF)) - 1]
    session.execute(
        update(OutboxEvent)
        .where(OutboxEvent.id == held.id, OutboxEvent.token == held.token)
        .values(
            state="dead" if dead else "waiting",
            due_at=later,
            token=None,
            last_error=error[:500],
            finished_at=now if dead else None,
        )
    )


def next_due(session: Session) -> datetime | None:
    """When the next waiting event is due, if any waits."""
    return session.scalar(select(func.min(OutboxEvent.due_at)).where(OutboxEvent.state == "waiting"))
