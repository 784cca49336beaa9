"""Encrypted columns: their type, which of them there are, and the associated data that each value is bound to.

A column is declared with the associated data of its values, with columns of its own row in braces:

    note: Mapped[str | None] = mapped_column(EncryptedText("reports:{id}:note"))

The declaration is the only place that says it: `FieldCipher` and `key_rotation` read it from the column.
"""

from dataclasses import dataclass
from string import Formatter
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Column, Text, type_coerce
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from community.core.crypto.cipher import ColumnAttribute, is_encrypted
from community.core.db import Base


class EncryptedText(TypeDecorator[str]):
    """Text that only a `FieldCipher` wrote, or nothing. `template` is its associated data, with columns in braces."""

    impl = Text
    cache_ok = True

    def __init__(self, template: str) -> None:
        super().__init__()
        self.template = template

    @property
    def key_names(self) -> list[str]:
        """The columns of the row that the associated data names."""
        return [name for _, name, _, _ in Formatter().parse(self.template) if name]

    def associated_data(self, row: object) -> str:
        """Return the associated data of this column in a row. Raises ValueError when the row has no key yet."""
        values = {name: getattr(row, name) for name in self.key_names}
        if None in values.values():
            raise ValueError("a row needs its key before its columns are encrypted")
        return self.template.format(**values)

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value and not is_encrypted(value):
            raise ValueError("text for this column has to be encrypted first")
        return value


def associated_data(column: ColumnAttribute, **keys: object) -> str:
    """Return the associated data of a column in a row that has these keys, for rows that are not model instances."""
    encrypted_text: Any = column.expression.type
    return str(encrypted_text.associated_data(SimpleNamespace(**keys)))


@dataclass(frozen=True)
class EncryptedColumn:
    """A column of the type `EncryptedText`."""

    column: Column[Any]
    type: EncryptedText

    def __str__(self) -> str:
        return f"{self.column.table.name}.{self.column.name}"

    @property
    def text(self) -> Any:
        """The column as plain text, for comparing."""
        return type_coerce(self.column, Text)

    @property
    def keys(self) -> list[Column[Any]]:
        """The primary key of the column's table."""
        return list(self.column.table.primary_key.columns)

    @property
    def needed(self) -> list[Column[Any]]:
        """The columns that the associated data names."""
        return [self.column.table.c[name] for name in self.type.key_names]


def encrypted_columns() -> list[EncryptedColumn]:
    """Return every encrypted column of the models that are loaded."""
    return [
        EncryptedColumn(column, column.type)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, EncryptedText)
    ]
