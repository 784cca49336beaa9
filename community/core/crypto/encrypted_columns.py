"""Sealed columns: the type that makes a column one, which there are, and sealing them again under a newer key.

A column is declared with what its values are bound to, in the words of its own row:

    note: Mapped[str | None] = mapped_column(Sealed("reports:{id}:note"))

Nothing else has to be told of it: whoever turns keys or counts what stands under old ones asks `sealed_columns`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from string import Formatter
from typing import Any

from sqlalchemy import Column, Text, and_, case, func, select, true, tuple_, type_coerce, update
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeDecorator

from community.core.crypto.cipher import SEALED, FieldCipher, is_sealed
from community.core.db import Base
from community.core.unit_of_work import UnitOfWorkFactory

AT_ONCE = 100  # rows in one transaction: others write between two of them


class EncryptedText(TypeDecorator[str]):
    """Text that only a Sealer wrote, or nothing. `about` is what it is bound to, with columns of its row in braces."""

    impl = Text
    cache_ok = True

    def __init__(self, about: str) -> None:
        super().__init__()
        self.about = about

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value and not is_sealed(value):
            raise ValueError("words for this column have to be sealed first")
        return value


@dataclass(frozen=True)
class SealedColumn:
    """One of them."""

    column: Column[Any]
    about: str

    def __str__(self) -> str:
        return f"{self.column.table.name}.{self.column.name}"

    @property
    def text(self) -> Any:
        """The column as plain text, for comparing."""
        return type_coerce(self.column, Text)

    @property
    def keys(self) -> list[Column[Any]]:
        """The columns that name a row."""
        return list(self.column.table.primary_key.columns)

    @property
    def needed(self) -> list[Column[Any]]:
        """The columns that `about` speaks of."""
        return [self.column.table.c[name] for _, name, _, _ in Formatter().parse(self.about) if name]


@dataclass
class RotationResult:
    """What sealing again did: rows now under the newest key, and rows that no key of ours opens, by column."""

    sealed: int = 0
    shut: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class KeyUsage:
    """How many values are sealed, how many of them under older keys, and how many under none of ours."""

    total: int
    older: int
    lost: int


def sealed_columns() -> list[SealedColumn]:
    """Every sealed column of the models that are loaded."""
    return [
        SealedColumn(column, column.type.about)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, EncryptedText)
    ]


def standing(session: Session, cipher: FieldCipher) -> KeyUsage:
    """How everything that is sealed stands with these keys."""
    total = older = lost = 0
    for one in sealed_columns():
        for key_id, count in _counted(session, one).items():
            total += count
            older += count if key_id != cipher.newest else 0
            lost += count if not _opens(session, cipher, one, key_id) else 0
    return KeyUsage(total, older, lost)


def _counted(session: Session, one: SealedColumn) -> dict[str, int]:
    """How many values of a column stand under which key; those from before keys had names under nothing."""
    key_id = case((one.text.startswith("v1."), ""), else_=func.substr(one.text, 4, 8)).label("key_id")
    query = select(key_id, func.count()).where(_is_sealed(one)).group_by(key_id)
    return {row[0]: row[1] for row in session.execute(query)}


def _opens(session: Session, cipher: FieldCipher, one: SealedColumn, key_id: str) -> bool:
    """Whether a value of this column under this key opens."""
    begins = f"v2.{key_id}." if key_id else "v1."
    query = select(*_named(one)).where(one.text.startswith(begins, autoescape=True)).limit(1)
    row = session.execute(query).first()
    return row is None or _sealed_again(cipher, one, row) is not None


def reencrypt(store: UnitOfWorkFactory, cipher: FieldCipher) -> RotationResult:
    """Seal everything again that does not stand under the newest key, a few rows at a time, while others write.

    What changes meanwhile is left as it was written. May be stopped anywhere and begun again. Looks until a whole
    round finds nothing more, for whoever still writes under an older key.
    """
    turned = RotationResult()
    while True:
        before, turned.shut = turned.sealed, {}
        for one in sealed_columns():
            for sealed, shut in _reseal_column(store, cipher, one):
                turned.sealed += sealed
                if shut:
                    turned.shut[str(one)] = turned.shut.get(str(one), 0) + shut
        if turned.sealed == before:
            return turned


def _reseal_column(store: UnitOfWorkFactory, cipher: FieldCipher, one: SealedColumn) -> Iterator[tuple[int, int]]:
    """By batch, how many rows were sealed again, and how many do not open."""
    after = None
    while True:
        with store.read_context() as ctx:
            rows = ctx.session.execute(_older(one, cipher.newest, after).limit(AT_ONCE)).all()
        if not rows:
            return
        after = tuple(rows[-1][: len(one.keys)])
        fresh = [(row, _sealed_again(cipher, one, row)) for row in rows]
        opened = [(row, value) for row, value in fresh if value is not None]
        with store.unit_of_work() as uow:
            written = sum(_replace(uow.session, one, row, value) for row, value in opened)
        yield written, len(rows) - len(opened)


def _older(one: SealedColumn, newest: str, after: tuple[Any, ...] | None) -> Any:
    """Rows after a place whose value stands under an older key, in the order of their keys."""
    further = true() if after is None else tuple_(*one.keys) > tuple_(*after)
    is_older = one.text.not_like(f"v2.{newest}.%")
    return select(*_named(one)).where(_is_sealed(one), is_older, further).order_by(*one.keys)


def _named(one: SealedColumn) -> list[Any]:
    """What is read of a row: its keys, the value, and what the value is bound to."""
    names = {column.name for column in one.keys}
    return [*one.keys, one.text.label("sealed_value"), *(column for column in one.needed if column.name not in names)]


def _is_sealed(one: SealedColumn) -> Any:
    return func.substr(one.text, 1, len(SEALED[0])).in_(SEALED)


def _sealed_again(cipher: FieldCipher, one: SealedColumn, row: Any) -> str | None:
    about = one.about.format(**row._mapping)
    try:
        return cipher.encrypt(cipher.decrypt(row.sealed_value, about=about), about=about)
    except ValueError:
        return None


def _replace(session: Session, one: SealedColumn, row: Any, value: str) -> int:
    """Put the new value where the old one still stands."""
    is_row = and_(*(key == row._mapping[key.name] for key in one.keys))
    changed = update(one.column.table).where(is_row, one.text == row.sealed_value).values({one.column.name: value})
    return int(session.connection().execute(changed).rowcount)
