"""The outbox: events stand here from the transaction that made them until a worker has seen to them.

Never read it by "id after the last one": ids are given out before commit and a late one would be missed. Workers
select by state (`claim_fresh`, `claim_retried`), which counts the attempt and is committed; then each event is handled
in a transaction of its own that begins with `hold` and ends with `finish`. `hold` locks the row if the claim is still
ours, so nobody else can take an event while it is handled, and a worker that lost its lease finds out before it acts.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, Index, String, Text, delete, func, or_, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from community.core.db import Base
from community.core.events import Event
from community.core.ids import new_id

LEASE = timedelta(seconds=10)
MOST_ATTEMPTS = 5
BACK_OFF = (timedelta(seconds=1), timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=10))
FURTHEST = BACK_OFF[-1] + LEASE  # nothing is honestly due later than this: the clock was set back
WORKER_ENDED = "WorkerEnded"


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
    created_at: datetime
    attempts: int
    token: UUID


def row_for(event: Event, *, now: datetime) -> OutboxEvent:
    """The outbox row of an event that is being recorded."""
    return OutboxEvent(
        id=new_id(), type=event.name, subject=event.subject, payload=event.payload(), created_at=now, due_at=now
    )


def claim_fresh(session: Session, *, now: datetime, most: int) -> list[Claim]:
    """Take up to `most` events that nobody tried yet, oldest first.

    They are due whatever the clock says: whoever recorded them may run a little ahead of us.
    """
    return _claim_where(session, OutboxEvent.attempts == 0, now=now, most=most)


def claim_retried(session: Session, *, now: datetime) -> list[Claim]:
    """Take one due event that was tried before.

    Alone, and only while nothing else is held: an event that kills its worker must not take others with it.
    """
    is_due = or_(OutboxEvent.due_at <= now, OutboxEvent.due_at > now + FURTHEST)
    tried = (OutboxEvent.attempts > 0) & (OutboxEvent.attempts < MOST_ATTEMPTS)
    return _claim_where(session, tried & is_due, now=now, most=1)


def bury_killers(session: Session, *, now: datetime) -> list[tuple[UUID, str]]:
    """Mark dead what ended its worker on the last attempt too: nobody was left to put it back. Ids and types."""
    killers = session.execute(
        update(OutboxEvent)
        .where(
            OutboxEvent.state == "waiting",
            OutboxEvent.attempts >= MOST_ATTEMPTS,
            or_(OutboxEvent.due_at <= now, OutboxEvent.due_at > now + FURTHEST),
        )
        .values(state="dead", token=None, last_error=WORKER_ENDED, finished_at=now)
        .returning(OutboxEvent.id, OutboxEvent.type)
        .execution_options(synchronize_session=False)
    )
    return list(killers)


def _claim_where(session: Session, condition: ColumnElement[bool], *, now: datetime, most: int) -> list[Claim]:
    token = new_id()
    due = (
        select(OutboxEvent.id)
        .where(OutboxEvent.state == "waiting", condition)
        .order_by(OutboxEvent.due_at)
        .limit(most)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    taken = session.scalars(
        update(OutboxEvent)
        .where(OutboxEvent.id.in_(select(due.c.id)))
        .values(attempts=OutboxEvent.attempts + 1, due_at=now + LEASE, token=token)
        .returning(OutboxEvent)
        .execution_options(synchronize_session=False)
    ).all()
    rows = sorted(taken, key=lambda row: (row.created_at, row.id.bytes))
    return [Claim(row.id, row.type, row.payload, row.created_at, row.attempts, token) for row in rows]


def hold(session: Session, claim: Claim, *, now: datetime) -> bool:
    """Lock a claimed event for handling and renew its lease. False when the claim is no longer ours."""
    return _change_ours(session, claim, due_at=now + LEASE)


def keep(session: Session, claims: list[Claim], *, now: datetime) -> None:
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
    """Mark an event done. False when the claim is no longer ours."""
    return _change_ours(session, claim, state="done", finished_at=now, token=None)


def give_back(session: Session, claims: list[Claim], *, now: datetime) -> None:
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


def forget_finished(session: Session, *, before: datetime, most: int) -> int:
    """Delete up to `most` events that were done before a moment; the dead stay. How many went."""
    old = select(OutboxEvent.id).where(OutboxEvent.state == "done", OutboxEvent.finished_at < before).limit(most)
    gone = session.execute(delete(OutboxEvent).where(OutboxEvent.id.in_(old)).returning(OutboxEvent.id))
    return len(gone.all())


def waiting_since(session: Session) -> datetime | None:
    """When the oldest waiting event was recorded, if any waits."""
    return session.scalar(select(func.min(OutboxEvent.created_at)).where(OutboxEvent.state == "waiting"))


def _change_ours(session: Session, claim: Claim, **values: Any) -> bool:
    changed = session.scalar(
        update(OutboxEvent)
        .where(OutboxEvent.id == claim.id, OutboxEvent.token == claim.token, OutboxEvent.state == "waiting")
        .values(**values)
        .returning(OutboxEvent.id)
        .execution_options(synchronize_session=False)
    )
    return changed is not None
