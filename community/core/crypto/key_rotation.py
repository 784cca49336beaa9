"""Rotation of the keys of encrypted columns: count values by key, and encrypt old ones again while people write."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import and_, case, func, select, true, tuple_, update
from sqlalchemy.orm import Session

from community.core.crypto.cipher import CIPHERTEXT_PREFIXES, FieldCipher
from community.core.crypto.encrypted_columns import EncryptedColumn, encrypted_columns
from community.core.unit_of_work import UnitOfWorkFactory

BATCH_SIZE = 100  # rows in one transaction: others write between two of them


@dataclass
class RotationResult:
    """Outcome of a key rotation: rows now under the newest key, and by column the rows that no key of ours decrypts."""

    reencrypted: int = 0
    unreadable: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class KeyUsage:
    """Numbers of encrypted values: all, those under older keys, and those under none of our keys."""

    total: int
    older: int
    lost: int


def key_usage(session: Session, cipher: FieldCipher) -> KeyUsage:
    """Count the encrypted values by the age of their keys."""
    total = older = lost = 0
    for one in encrypted_columns():
        for key_id, count in _count_by_key(session, one).items():
            total += count
            older += count if key_id != cipher.newest else 0
            lost += count if not _is_readable(session, cipher, one, key_id) else 0
    return KeyUsage(total, older, lost)


def _count_by_key(session: Session, one: EncryptedColumn) -> dict[str, int]:
    """Count a column's values by key id; those from before keys had ids under the empty string."""
    key_id = case((one.text.startswith("v1."), ""), else_=func.substr(one.text, 4, 8)).label("key_id")
    query = select(key_id, func.count()).where(_is_encrypted(one)).group_by(key_id)
    return {row[0]: row[1] for row in session.execute(query)}


def _is_readable(session: Session, cipher: FieldCipher, one: EncryptedColumn, key_id: str) -> bool:
    prefix = f"v2.{key_id}." if key_id else "v1."
    query = select(*_selected(one)).where(one.text.startswith(prefix, autoescape=True)).limit(1)
    row = session.execute(query).first()
    return row is None or _reencrypted(cipher, one, row) is not None


def reencrypt(store: UnitOfWorkFactory, cipher: FieldCipher) -> RotationResult:
    """Encrypt every value that is under an older key again under the newest, a few rows at a time, while others write.

    A value that changes meanwhile is left as it was written. May be interrupted anywhere and started again. Repeats
    until a whole round finds nothing, because other processes may still write under an older key.
    """
    result = RotationResult()
    while True:
        before, result.unreadable = result.reencrypted, {}
        for one in encrypted_columns():
            for written, unreadable in _reencrypt_column(store, cipher, one):
                result.reencrypted += written
                if unreadable:
                    result.unreadable[str(one)] = result.unreadable.get(str(one), 0) + unreadable
        if result.reencrypted == before:
            return result


def _reencrypt_column(store: UnitOfWorkFactory, cipher: FieldCipher, one: EncryptedColumn) -> Iterator[tuple[int, int]]:
    """Yield, for each batch, the number of rows written and the number that do not decrypt."""
    after = None
    while True:
        with store.read_context() as ctx:
            rows = ctx.session.execute(_under_older_keys(one, cipher.newest, after).limit(BATCH_SIZE)).all()
        if not rows:
            return
        after = tuple(rows[-1][: len(one.keys)])
        values = [(row, _reencrypted(cipher, one, row)) for row in rows]
        readable = [(row, value) for row, value in values if value is not None]
        with store.unit_of_work() as uow:
            written = sum(_replace(uow.session, one, row, value) for row, value in readable)
        yield written, len(rows) - len(readable)


def _under_older_keys(one: EncryptedColumn, newest: str, after: tuple[Any, ...] | None) -> Any:
    """Select the rows after a primary key whose value is under an older key, in the order of their keys."""
    further = true() if after is None else tuple_(*one.keys) > tuple_(*after)
    is_older = one.text.not_like(f"v2.{newest}.%")
    return select(*_selected(one)).where(_is_encrypted(one), is_older, further).order_by(*one.keys)


def _selected(one: EncryptedColumn) -> list[Any]:
    """Return what is read of a row: its primary key, the value, and the columns of the associated data."""
    names = {column.name for column in one.keys}
    return [*one.keys, one.text.label("ciphertext"), *(column for column in one.needed if column.name not in names)]


def _is_encrypted(one: EncryptedColumn) -> Any:
    return func.substr(one.text, 1, len(CIPHERTEXT_PREFIXES[0])).in_(CIPHERTEXT_PREFIXES)


def _reencrypted(cipher: FieldCipher, one: EncryptedColumn, row: Any) -> str | None:
    bound_to = one.type.associated_data(row)
    try:
        return cipher.encrypt(cipher.decrypt(row.ciphertext, associated_data=bound_to), associated_data=bound_to)
    except ValueError:
        return None


def _replace(session: Session, one: EncryptedColumn, row: Any, value: str) -> int:
    """Write the new value unless the old one has changed meanwhile. Returns the number of rows written."""
    is_row = and_(*(key == row._mapping[key.name] for key in one.keys))
    changed = update(one.column.table).where(is_row, one.text == row.ciphertext).values({one.column.name: value})
    return int(session.connection().execute(changed).rowcount)
