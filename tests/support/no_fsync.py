"""A database that waits for no disk: what is proven in this process is not that it survives a power cut."""

from typing import Any

from sqlalchemy import event

from community.core.db import Database


def no_fsync_database(url: str) -> Database:
    """The database at an address; SQLite's commits are handed to the system and not waited for."""
    database = Database(url)
    if database.is_sqlite:

        @event.listens_for(database.engine, "connect")
        def hurry(connection: Any, _record: object) -> None:
            connection.execute("PRAGMA synchronous=OFF").close()

    return database
