"""Database access: engine, sessions, column types that are equal on SQLite and PostgreSQL, keyset pages."""

import base64
import binascii
import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import JSON, DateTime, Engine, MetaData, Select, Uuid, func, literal, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import URL, Dialect, make_url
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Session, sessionmaker
from sqlalchemy.types import TypeDecorator

from community.core.engines import postgres_engine, sqlite_engine
from community.core.errors import BadRequest
from community.core.web.json_input import is_storable
from community.core.write_lock import WriteLock

T = TypeVar("T")
LARGEST_INTEGER = 2**31 - 1


class UTCDateTime(TypeDecorator[datetime]):
    """An aware moment. SQLite forgets zones: naive values that come back are UTC, naive values going in are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class PlainJson(TypeDecorator[Any]):
    """JSON: JSONB on PostgreSQL, text on SQLite."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(JSONB() if dialect.name == "postgresql" else JSON())


class Base(DeclarativeBase):
    """Base class of all tables. Constraints are named by one rule, and migrations find them on both databases."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UTCDateTime(), UUID: Uuid(), dict[str, Any]: PlainJson(), list[Any]: PlainJson()}


class Database:
    """A database: its engine, its sessions, its write lock."""

    def __init__(self, url: str, *, pool_size: int = 8) -> None:
        self.url: URL = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._pool_size = pool_size
        self.engine = self._make_engine(durable=True)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        self.gate = self._make_gate(pool_size)

    @cached_property
    def _hasty(self) -> Engine:
        return self._make_engine(durable=False)

    def _make_engine(self, *, durable: bool) -> Engine:
        if self.is_sqlite:
            return sqlite_engine(self.url, durable=durable)
        return postgres_engine(self.url, self._pool_size, durable=durable)

    def _make_gate(self, pool_size: int) -> WriteLock:
        if not self.is_sqlite:
            return WriteLock(places=max(1, pool_size // 2))  # the other half is for who only reads
        return WriteLock(Path(f"{self.url.database}.write-lock") if self.url.database else None)

    @contextmanager
    def write_session(self, *, durable: bool = True, at_once: bool = False) -> Iterator[Session]:
        """Open a session in a write transaction, under the write lock. The caller commits; anything else rolls back.

        A session that is not `durable` does not wait for the disk: if the machine fails, its changes may be lost, but
        then everything that followed from them is lost, too, because both databases keep the order of their log.
        `at_once` is for a single statement: PostgreSQL is spared a BEGIN and a COMMIT.
        """
        with self.gate(), self._sessions(bind=self.engine if durable else self._hasty) as session:
            if self.is_sqlite:
                session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
            elif at_once:
                session.connection(execution_options={"isolation_level": "AUTOCOMMIT"})
            yield session

    @contextmanager
    def read_session(self) -> Iterator[Session]:
        """Open a session that only reads."""
        with self._sessions() as session:
            yield session

    def dispose(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()
        if "_hasty" in self.__dict__:
            self._hasty.dispose()


def lock_names(session: Session, *names: str) -> None:
    """Lock names until the transaction ends, always in the same order.

    PostgreSQL uses advisory locks of 64 bits of each name's digest. SQLite has one writer and needs none.
    """
    if session.get_bind().dialect.name != "postgresql":
        return
    keys = sorted({int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True) for name in names})
    for key in keys:
        session.execute(select(func.pg_advisory_xact_lock(key)))


@dataclass(frozen=True)
class Page(Generic[T]):
    """A page of a list and the opaque cursor of the next one (`None` at the end)."""

    items: list[T]
    next_cursor: str | None


def keyset_page(
    session: Session,
    query: Select[Any],
    *,
    by: Sequence[InstrumentedAttribute[Any]],
    cursor: str | None,
    limit: int,
    descending: bool = False,
) -> Page[Any]:
    """Return at most `limit` rows of a query after a cursor, ordered by the columns `by` (the last one unique).

    Stable under concurrent inserts: the cursor holds the last row's values, not a position. Raises BadRequest for a
    cursor that was not given out.
    """
    columns = tuple_(*by)
    if cursor is not None:
        place = zip(_read_cursor(cursor, by), by, strict=True)
        last = tuple_(*(literal(value, column.type) for value, column in place))
        query = query.where(columns < last if descending else columns > last)
    query = query.order_by(*(column.desc() if descending else column.asc() for column in by)).limit(limit + 1)
    rows = list(session.scalars(query))
    more = len(rows) > limit
    rows = rows[:limit]
    next_cursor = _write_cursor([getattr(rows[-1], column.key) for column in by]) if more else None
    return Page(rows, next_cursor)


def _write_cursor(values: Sequence[object]) -> str:
    plain = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    text = json.dumps(plain, default=str, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_cursor(cursor: str, by: Sequence[InstrumentedAttribute[Any]]) -> list[Any]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        values = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if not isinstance(values, list) or len(values) != len(by):
            raise ValueError
        return [_as_type(value, _kind_of(column)) for value, column in zip(values, by, strict=True)]
    except (ValueError, TypeError, OverflowError, RecursionError, binascii.Error) as error:
        raise BadRequest("This cursor isn't valid. Start again from the first page.") from error


def _kind_of(column: InstrumentedAttribute[Any]) -> type:
    kind: type = datetime if isinstance(column.type, UTCDateTime) else column.type.python_type
    return kind


def insert_into(session: Session, table: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """Return an INSERT that has `on_conflict_do_nothing` and `on_conflict_do_update`, for the session's database."""
    is_postgres = session.get_bind().dialect.name == "postgresql"
    return postgresql.insert(table) if is_postgres else sqlite.insert(table)


def _as_type(value: Any, kind: type) -> Any:
    if kind is datetime:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError
        return moment.astimezone(UTC)
    if kind is UUID:
        return UUID(str(value))
    if not isinstance(value, kind) or isinstance(value, bool) is not (kind is bool):
        raise ValueError
    if (isinstance(value, str) and not is_storable(value)) or (isinstance(value, int) and abs(value) > LARGEST_INTEGER):
        raise ValueError
    return value
