"""Leases on outbox events: workers select by state, and each attempt is counted before it is made.

Never read the outbox by "id after the last one": ids are given out before commit and a late one would be missed.
Claiming is a short transaction of its own that counts the attempt, so an event that kills its worker is counted, too.
Events are then processed in transactions that begin with `lock_claimed` and end with `mark_done`. `lock_claimed` locks
the rows whose lease is still ours: no other worker can take an event while it is processed, and a worker that lost its
lease finds out before it acts. A lease may therefore be short: it is how long others wait for a worker that died.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from time import monotonic
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, any_, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.types import Uuid

from community.core.clock import Clock as LocalClock
from community.core.clock import machine_now
from community.core.events import Priority
from community.core.ids import new_id
from community.core.outbox.selection import (
    BACK_OFF,
    LEASE,
    MAX_ATTEMPTS,
    clock_params,
    is_retry,
    select_new,
    select_retries,
)
from community.core.outbox.store import OutboxEvent

WORKER_ENDED = "WorkerEnded"
ASK_SECONDS = 10.0


@dataclass(frozen=True)
class Claim:
    """An event that this worker has leased. `due_at` is since when it has been due."""

    id: UUID
    type: str
    payload: dict[str, Any]
    priority: int
    due_at: datetime
    attempts: int
    token: UUID


class DatabaseClock:
    """The database's clock, which all workers share: read now and then, and counted on from there.

    Leases and retries go by it alone: two workers whose machines disagree never hold one event at once. SQLite has no
    clock of its own and uses `local`.
    """

    def __init__(self, local: LocalClock = machine_now) -> None:
        self._local = local
        self._asked_at = -ASK_SECONDS
        self._answer = datetime.min.replace(tzinfo=UTC)

    def now(self, session: Session) -> datetime:
        """Return the present moment."""
        if session.get_bind().dialect.name != "postgresql":
            return self._local()
        if monotonic() - self._asked_at >= ASK_SECONDS:
            self._answer = session.connection().execute(select(func.clock_timestamp())).scalar_one().astimezone(UTC)
            self._asked_at = monotonic()
        return self._answer + timedelta(seconds=monotonic() - self._asked_at)


def claim_new(
    session: Session,
    *,
    now: datetime,
    most: int,
    urgencies: Sequence[Priority] = tuple(Priority),
    lease_from: datetime | None = None,
) -> list[Claim]:
    """Lease up to `most` due events that were never tried: the most urgent first, then the longest due.

    `now` is the application's time, which scheduled them; `lease_from` is the database's.
    """
    return _take(session, select_new(tuple(urgencies)), now=now, lease_from=lease_from or now, most=most)


def claim_retries(session: Session, *, now: datetime) -> list[Claim]:
    """Lease one due event that was tried before.

    Call it only while no other event is leased: an event that kills its worker must not take others with it.
    """
    return _take(session, select_retries(), now=now, lease_from=now)


def dead_letter_crashed(session: Session, *, now: datetime) -> list[tuple[UUID, str]]:
    """Mark dead the events that killed their worker on the last attempt, too. Returns their ids and types."""
    killers = session.execute(
        update(OutboxEvent)
        .where(is_retry(), OutboxEvent.attempts >= MAX_ATTEMPTS)
        .values(state="dead", lease_token=None, last_error=WORKER_ENDED, finished_at=now)
        .returning(OutboxEvent.id, OutboxEvent.type)
        .execution_options(synchronize_session=False),
        clock_params(now),
    )
    return [(row.id, row.type) for row in killers]


def lock_claimed(session: Session, claims: Sequence[Claim]) -> set[UUID]:
    """Lock leased events until the end of the transaction. Returns the ids of those whose lease is still ours."""
    holding = _ours(session.get_bind().dialect.name)
    mine = {"ids": [claim.id for claim in claims], "ours": claims[0].token}
    return set(session.connection().scalars(holding, mine))


def mark_done(session: Session, claims: Sequence[Claim], *, now: datetime) -> None:
    """Mark events done. One that was scheduled again while it was leased waits for its new moment instead."""
    _change_ours(session, claims, {"state": "done", "finished_at": now, "lease_token": None})


def release(session: Session, claims: Sequence[Claim], *, now: datetime) -> None:
    """Return events that were leased and never processed, without counting the attempt: their worker stops."""
    _change_ours(session, claims, {"due_at": now, "lease_token": None}, attempts=-1)


def retry_or_dead_letter(session: Session, claim: Claim, *, error: str, now: datetime) -> bool:
    """Schedule a retry after a failure, or mark the event dead after MAX_ATTEMPTS. Returns whether it is dead.

    `error` names exception types, never their text.
    """
    is_dead = claim.attempts >= MAX_ATTEMPTS
    values = {
        "state": "dead" if is_dead else "waiting",
        "due_at": now + BACK_OFF[min(claim.attempts, len(BACK_OFF)) - 1],
        "lease_token": None,
        "last_error": error[:500],
        "finished_at": now if is_dead else None,
    }
    return bool(_change_ours(session, [claim], values)) and is_dead


def _take(session: Session, due: Any, *, now: datetime, lease_from: datetime, **bounds: int) -> list[Claim]:
    token = new_id()
    new = {"new_due_at": lease_from + LEASE, "new_lease_token": token}
    known = {**clock_params(now), **bounds}
    if session.get_bind().dialect.name == "postgresql":
        taken = session.connection().execute(_taking(due), known | new)
        rows = sorted(taken, key=lambda row: (row.priority, row.due_at))
    elif rows := list(session.connection().execute(due, known)):
        _change(session, [row.id for row in rows], {"due_at": lease_from + LEASE, "lease_token": token}, attempts=+1)
    return [Claim(row.id, row.type, row.payload, row.priority, row.due_at, row.attempts + 1, token) for row in rows]


@cache
def _taking(due: Any) -> Any:
    """Lock and update the selected rows in one round trip. PostgreSQL only."""
    found, columns = due.cte("found"), OutboxEvent.__table__.c
    new = {columns[name]: bindparam(f"new_{name}", type_=columns[name].type) for name in ("due_at", "lease_token")}
    taking = update(OutboxEvent).values({**new, columns.attempts: columns.attempts + 1})
    return taking.where(columns.id == found.c.id).returning(*found.c)


def _change_ours(
    session: Session, claims: Sequence[Claim], values: Mapping[str, Any], *, attempts: int = 0
) -> set[UUID]:
    if not claims:
        return set()
    return _change(session, [claim.id for claim in claims], values, attempts=attempts, ours=claims[0].token)


def _change(
    session: Session, ids: Sequence[UUID], values: Mapping[str, Any], *, attempts: int, ours: UUID | None = None
) -> set[UUID]:
    changing = _changing(session.get_bind().dialect.name, tuple(values), attempts, ours is not None)
    new = {f"new_{name}": value for name, value in values.items()}
    return set(session.connection().scalars(changing, {"ids": list(ids), **new, **({"ours": ours} if ours else {})}))


@cache
def _changing(dialect: str, names: tuple[str, ...], attempts: int, if_ours: bool) -> Any:
    """Update columns and attempts of rows by id, or of those whose token is ours. Returns the ids that changed."""
    columns: Any = OutboxEvent.__table__.c
    new: dict[Any, Any] = {columns[name]: bindparam(f"new_{name}", type_=columns[name].type) for name in names}
    if attempts:
        new[columns.attempts] = columns.attempts + attempts
    where = (_is_among(dialect), *(_IS_OURS if if_ours else ()))
    return update(OutboxEvent).values(new).where(*where).returning(columns.id)


@cache
def _ours(dialect: str) -> Any:
    return select(OutboxEvent.id).where(_is_among(dialect), *_IS_OURS).with_for_update()


def _is_among(dialect: str) -> ColumnElement[bool]:
    """Match any number of ids with one statement on PostgreSQL: it is prepared once."""
    if dialect == "postgresql":
        return OutboxEvent.id == any_(bindparam("ids", type_=ARRAY(Uuid())))
    return OutboxEvent.id.in_(bindparam("ids", expanding=True))


_IS_OURS = (OutboxEvent.lease_token == bindparam("ours", type_=Uuid()), OutboxEvent.state == "waiting")
