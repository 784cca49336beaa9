"""The audit chain: put new entries under the hash of the one before, and under a key that is not in the database."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

import structlog
from sqlalchemy import Table, bindparam, func, select, update
from sqlalchemy.orm import Session

from community.core.audit_keys import AuditKeys
from community.core.audit_log import AuditEntry, AuditHead, plain_value
from community.core.ids import new_id
from community.core.outbox.periodic import periodic
from community.core.unit_of_work import UnitOfWork

log = structlog.get_logger()
head_log = structlog.wrap_logger(None, wrapper_class=structlog.make_filtering_bound_logger(0))  # whatever LOG_LEVEL is

KEYED = "audit.keyed"  # the action of an entry that puts what is before it under a key
START = "0" * 64
CHAIN_BATCH_SIZE = 500


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
        "at": plain_value(entry.at),
        "actor_id": plain_value(entry.actor_id),
        "action": entry.action,
        "subject_id": plain_value(entry.subject_id),
        "member_id": plain_value(entry.member_id),
        "facts": entry.facts,
    }
    canonical = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def facts_in_order(facts: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    """Return facts for showing, sorted by name."""
    return tuple(sorted(facts.items()))
