"""The audit log: every staff read of private content and every staff action, appended, never changed, chained by hash.

An entry is written in the transaction of what it tells about (`record`), so neither stands without the other, and
nobody waits for anybody else's entry. A worker seals it moments later (`seal`): one writer at a time, under the lock of
the head row, gives it its place and a hash over itself and the hash before it. The database refuses any other change
(triggers). `verify` reads the chain and names the first row that does not hold; the head goes to the workers' log once
an hour, so that a copy of it stands outside the database and a log cut short shows too.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import Index, String, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from community.core.db import Base
from community.core.ids import new_id
from community.core.timers import timers
from community.core.unit_of_work import UnitOfWork

log = structlog.get_logger()
START = "0" * 64
SEALED_AT_ONCE = 500
READ_AT_ONCE = 1_000
UNSEALED = "place IS NULL"


class AuditEntry(Base):
    """Somebody of the staff did or read something. `member_id` is whom it is about; `facts` hold ids and codes.

    No foreign keys: an entry outlives whatever it tells about. `place` and `hash` are set once, by the sealer.
    """

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_entries_at_id", "at", "id"),
        Index("ix_audit_entries_unsealed", "at", postgresql_where=text(UNSEALED), sqlite_where=text(UNSEALED)),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[UUID | None]
    action: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[UUID | None]
    member_id: Mapped[UUID | None] = mapped_column(index=True)
    facts: Mapped[dict[str, Any]]
    place: Mapped[int | None] = mapped_column(unique=True)
    hash: Mapped[str | None] = mapped_column(String(64))


class AuditHead(Base):
    """How far the chain goes: one row, whose lock makes its holder the one writer."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    place: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))


def record(
    uow: UnitOfWork,
    action: str,
    *,
    subject_id: UUID | None = None,
    member_id: UUID | None = None,
    **facts: str | int | bool | UUID | datetime | None,
) -> None:
    """Append what the actor does or reads. `facts` are ids, codes and moments (`before`, `after`, `why`), no words."""
    actor_id = uow.anyone.id if uow.anyone else None
    uow.session.add(
        AuditEntry(
            id=new_id(),
            at=uow.now,
            actor_id=actor_id,
            action=action,
            subject_id=subject_id,
            member_id=member_id,
            facts={name: _plain(value) for name, value in facts.items()},
        )
    )


@timers.every(2)
def seal(uow: UnitOfWork) -> bool:
    """Give a place and a hash to what has none yet, oldest first; whether there may be more. One worker at a time."""
    session = uow.session
    waiting = (
        select(AuditEntry)
        .where(AuditEntry.place.is_(None))
        .order_by(AuditEntry.at, AuditEntry.id)
        .limit(SEALED_AT_ONCE)
    )
    if session.scalar(select(AuditEntry.id).where(AuditEntry.place.is_(None)).limit(1)) is None:
        return False
    head = _locked_head(session)
    if head is None:
        return False
    entries = list(session.scalars(waiting))
    for entry in entries:
        head.place += 1
        head.hash = hash_of(entry, place=head.place, before=head.hash)
        entry.place, entry.hash = head.place, head.hash
    session.flush()
    return len(entries) == SEALED_AT_ONCE


@timers.every(3600)
def tell_head(uow: UnitOfWork) -> None:
    """Write the head of the chain to the log, which stands elsewhere than the database."""
    head = uow.session.get(AuditHead, 1)
    if head is not None:
        log.info("audit.head", place=head.place, hash=head.hash)


def _locked_head(session: Session) -> AuditHead | None:
    """The head, locked; made when there is none. Nothing when somebody else seals at this moment."""
    head = session.scalar(select(AuditHead).where(AuditHead.id == 1).with_for_update(skip_locked=True))
    if head is not None:
        return head
    if session.scalar(select(func.count()).select_from(AuditHead)):
        return None
    head = AuditHead(id=1, place=0, hash=START)
    session.add(head)
    session.flush()  # two at the very first time: one of them fails here and finds the head at its next turn
    return head


def hash_of(entry: AuditEntry, *, place: int, before: str) -> str:
    """SHA-256 over the entry, its place and the hash before it."""
    said = {
        "place": place,
        "before": before,
        "id": str(entry.id),
        "at": _plain(entry.at),
        "actor_id": _plain(entry.actor_id),
        "action": entry.action,
        "subject_id": _plain(entry.subject_id),
        "member_id": _plain(entry.member_id),
        "facts": entry.facts,
    }
    canonical = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


@dataclass(frozen=True)
class Verdict:
    """What `verify` found: how many entries hold, the head, and the first row that does not (with why)."""

    entries: int
    unsealed: int
    head: str
    broken_at: int | None = None
    why: str = ""


def verify(session: Session, *, known: tuple[int, str] | None = None) -> Verdict:
    """Read the whole chain. `known` is a head that was kept elsewhere: (place, hash). Constant memory."""
    before, place = START, 0
    unsealed = session.scalars(select(func.count()).select_from(AuditEntry).where(AuditEntry.place.is_(None))).one()
    for entry in _in_order(session):
        place += 1
        why = ""
        if entry.place != place:
            why = "this entry is gone"
        elif entry.hash != hash_of(entry, place=place, before=before):
            why = "this entry is not as it was sealed"
        elif known is not None and known[0] == place and known[1] != entry.hash:
            why = "this is not the head that was kept"
        if why:
            return Verdict(place - 1, unsealed, before, broken_at=place, why=why)
        before = str(entry.hash)
    head = session.get(AuditHead, 1)
    furthest = max(head.place if head else 0, known[0] if known else 0)
    if furthest > place or (head is None and place) or (head is not None and head.place < place):
        why = "entries are gone from the end" if furthest > place else "the head does not fit the chain"
        return Verdict(place, unsealed, before, broken_at=place + 1, why=why)
    if head is not None and head.hash != before:
        return Verdict(place, unsealed, before, broken_at=place, why="the head does not fit the chain")
    return Verdict(place, unsealed, before)


def _in_order(session: Session) -> Iterator[AuditEntry]:
    last = 0
    while True:
        rows = session.scalars(
            select(AuditEntry)
            .where(AuditEntry.place > last)
            .order_by(AuditEntry.place)
            .limit(READ_AT_ONCE)
            .execution_options(populate_existing=True)
        ).all()
        yield from rows
        if len(rows) < READ_AT_ONCE:
            return
        last = rows[-1].place or 0
        session.expunge_all()


def facts_in_order(facts: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    """Facts for showing, by name."""
    return tuple(sorted(facts.items()))


def _plain(value: object) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return str(value) if isinstance(value, UUID) else value
