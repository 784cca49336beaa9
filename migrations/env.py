"""Runs migrations against the database it is given, inside one transaction and behind the write gate."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection

from community.core.db import Base, Database, PlainJson, UTCDateTime
from community.core.settings import load_settings
from community.features import load_models

load_models()


def render_item(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Write our column types as plain ones: a migration must not change when the code does."""
    if isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, PlainJson):
        autogen.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


def compare_type(
    _context: Any, _column: Any, _metadata_column: Any, _inspected: Any, metadata_type: Any
) -> bool | None:
    """JSON differs by database on purpose; everything else is compared."""
    return False if isinstance(metadata_type, PlainJson) else None


def include_name(name: str | None, kind: str, _parents: Any) -> bool:
    """The index of words is made by hand, by database."""
    return kind != "table" or not str(name).startswith("message_words")


def run(connection: Connection, *, is_sqlite: bool) -> None:
    """Run what is asked for on this connection."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=is_sqlite,
        compare_type=compare_type,
        include_name=include_name,
        render_item=render_item,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()


def main() -> None:
    """Use the connection that was handed over, or open the configured database."""
    given = context.config.attributes.get("connection")
    if given is not None:
        run(given, is_sqlite=given.dialect.name == "sqlite")
        return
    database = Database(context.config.attributes.get("database_url") or load_settings().database_url)
    with database.gate(), database.engine.connect() as connection:
        if not database.is_sqlite:
            connection.exec_driver_sql("SELECT pg_advisory_lock(704211)")
            connection.commit()
        run(connection, is_sqlite=database.is_sqlite)
        connection.commit()
    database.dispose()


main()
