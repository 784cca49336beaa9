"""Database that does not wait for the disk: tests in this process do not cut the power."""

from typing import Any

from sqlalchemy import event

from community.core.db import Database


def no_fsync_database(url: str) -> Database:
    """Return the database at a URL, with SQLite's commits not waited for."""
    database = Database(url)
    if database.is_sqlite:

        @event.listens_for(database.engine, "connect")
        def hurry(connection: Any, _record: object) -> None:
            connection.execute("PRAGMA synchronous=OFF").close()

    return database
