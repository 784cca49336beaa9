"""Audit log: every staff read of private content and every staff action, appended, never changed, chained by hash.

An entry is written in the transaction of what it records (`record`): neither exists without the other, and no entry
waits for another. A worker seals it moments later (`append_to_chain`). One writer at a time, under the lock of the head
row, gives it its place, a hash over itself and the hash before it, and a MAC over that hash under a key that is not in
the database (`audit_keys`). Nothing is appended to a head that no key of ours made.

The database refuses any other change (triggers). Its owner could drop them, and rebuild the hashes, but not the MACs:
`audit_chain.verify` names the first invalid row. No key can show a log that was cut short together with its head; for
that the head goes to the workers' log once an hour, outside the database.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

import structlog
from sqlalchemy import Index, String, Table, bindparam, func, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from community.core.audit_keys import KEY_ID_LENGTH, AuditKeys
from community.core.db import Base
from community.core.ids import new_id
from community.core.outbox.periodic import periodic
from community.core.unit_of_work import UnitOfWork

log = structlog.get_logger()
head_log = structlog.wrap_logger(None, wrapper_class=structlog.make_filtering_bound_logger(0))  # whatever LOG_LEVEL is
KEYED = "audit.keyed"  # the action of an entry that puts what is before it under a key
START = "0" * 64
CHAIN_BATCH_SIZE = 500
UNSEALED = "place IS NULL"


class AuditEntry(Base):
    """An action or read of a staff member. `member_id` is whom it is about; `facts` hold ids and codes.

    No foreign keys: an entry outlives what it records. `place`, `hash`, `key_id` and `mac` are set once, by
    `append_to_chain`.
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
    key_id: Mapped[str | None] = mapped_column(String(KEY_ID_LENGTH))
    mac: Mapped[str | None] = mapped_column(String(64))


class AuditHead(Base):
    """End of the chain: one row, whose lock makes its holder the one writer.

    `keyless` is how many entries were sealed before there were keys.
    """

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    place: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    keyless: Mapped[int] = mapped_column(default=0)


def record(
    uow: UnitOfWork,
    action: str,
    *,
    subject_id: UUID | None = None,
    member_id: UUID | None = None,
    **facts: str | int | bool | UUID | datetime | None,
) -> None:
    """Append an action or read of the actor. `facts` are ids, codes and moments (`before`, `after`, `why`), no text."""
    actor_id = uow.anyone.id if uow.anyone else None
    uow.is_audited = True
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


def was_recorded(
    session: Session,
    action: str,
    *,
    actor_id: UUID,
    since: datetime,
    query: str = "",
    subject_id: UUID | None = None,
    member_id: UUID | None = None,
) -> bool:
    """Return whether the actor has an entry of this action, subject and query since then."""
    facts = session.scalars(
        select(AuditEntry.facts).where(
            AuditEntry.at > since,
            AuditEntry.actor_id == actor_id,
            AuditEntry.action == action,
            AuditEntry.subject_id.is_not_distinct_from(subject_id),
            AuditEntry.member_id.is_not_distinct_from(member_id),
        )
    )
    return any(one.get("query", "") == query for one in facts)


@periodic.every(2)
def append_to_chain(uow: UnitOfWork) -> bool:
    """Seal the entries that wait, oldest first, and return whether there may be more. One worker at a time.

    Without a key nothing is sealed. Nothing is appended to a head that none of our keys made.
    """
    session, keys = uow.session, AuditKeys(*uow.secrets)
    if keys.newest is None or not (_anything_waits(session) or _wants_key(session, keys)):
        return False
    head = _locked_head(session)
    if head is None:
        return False
    last = session.scalar(select(AuditEntry).where(AuditEntry.place == head.place))
    if not _is_ours(head, last, keys):
        log.critical("audit.broken", place=head.place, hash=head.hash)
        return False
    if last is not None and last.key_id != keys.newest:
        vouching = AuditEntry(id=new_id(), at=uow.now, action=KEYED, facts={"before": head.place})
        session.add(vouching)
        session.flush()
        _append_entries(session, head, keys, [vouching])
    waiting = (
        select(AuditEntry)
        .where(AuditEntry.place.is_(None))
        .order_by(AuditEntry.at, AuditEntry.id)
        .limit(CHAIN_BATCH_SIZE)
        .execution_options(populate_existing=True)
    )
    entries = list(session.scalars(waiting))
    _append_entries(session, head, keys, entries)
    session.flush()
    return len(entries) == CHAIN_BATCH_SIZE


def _anything_waits(session: Session) -> bool:
    return session.scalar(select(AuditEntry.id).where(AuditEntry.place.is_(None)).limit(1)) is not None


def _wants_key(session: Session, keys: AuditKeys) -> bool:
    """Return whether the head was made under an older key, or before there were keys."""
    last = select(AuditEntry.key_id).join(AuditHead, AuditHead.place == AuditEntry.place)
    row = session.execute(last).first()
    return row is not None and row.key_id != keys.newest


def head_holds(session: Session, keys: AuditKeys) -> bool:
    """Return whether the chain ends with an entry that one of our processes made; also when there is none yet."""
    head = session.get(AuditHead, 1)
    last = session.scalar(select(AuditEntry).order_by(AuditEntry.place.desc().nulls_last()).limit(1))
    last = last if last is not None and last.place is not None else None
    if head is None:
        return last is None
    return (last.place if last else 0) == head.place and _is_ours(head, last, keys)


def _is_ours(head: AuditHead, last: AuditEntry | None, keys: AuditKeys) -> bool:
    """Return whether we made the head: the very first, the last before there were keys, or one under a key of ours."""
    if last is None:
        return (head.place, head.hash, head.keyless) == (0, START, 0)
    if last.hash != head.hash:
        return False
    return head.keyless == head.place if last.mac is None else keys.fits(last.key_id, last.mac, last.hash)


def _append_entries(session: Session, head: AuditHead, keys: AuditKeys, entries: Sequence[AuditEntry]) -> None:
    """Write the places one after another, then the head: the database accepts no other order."""
    place, hash_, rows = head.place, head.hash, []
    for entry in entries:
        place += 1
        hash_ = hash_of(entry, place=place, before=hash_)
        key_id, mac = keys.mac(hash_)
        rows.append({"entry_id": entry.id, "place": place, "hash": hash_, "key_id": key_id, "mac": mac})
    if rows:
        table = cast(Table, AuditEntry.__table__)
        session.connection().execute(update(table).where(table.c.id == bindparam("entry_id")), rows)
        head.place, head.hash = place, hash_


@periodic.every(3600)
def log_chain_head(uow: UnitOfWork) -> None:
    """Write the head of the chain to the process's log, which is kept outside the database."""
    head = uow.session.get(AuditHead, 1)
    if head is not None:
        head_log.info("audit.head", place=head.place, hash=head.hash)


def _locked_head(session: Session) -> AuditHead | None:
    """Return the head, locked, and create it when there is none. None when another worker seals at this moment."""
    head = session.scalar(select(AuditHead).where(AuditHead.id == 1).with_for_update(skip_locked=True))
    if head is not None:
        return head
    if session.scalar(select(func.count()).select_from(AuditHead)):
        return None
    head = AuditHead(id=1, place=0, hash=START, keyless=0)
    session.add(head)
    session.flush()  # two at the very first time: one of them fails here and finds the head at its next turn
    return head


def hash_of(entry: AuditEntry, *, place: int, before: str) -> str:
    """Return SHA-256 over the entry, its place and the hash before it."""
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


def facts_in_order(facts: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    """Return facts for showing, sorted by name."""
    return tuple(sorted(facts.items()))


def _plain(value: object) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return str(value) if isinstance(value, UUID) else value
