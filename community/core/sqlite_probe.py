"""Reads of a SQLite database without SQLAlchemy, for processes that must start fast or stay small."""

import sqlite3
from contextlib import closing
from pathlib import Path

ADDRESS = "sqlite:///"


def file_of(database_url: str) -> Path | None:
    """Return the file that a database URL names; None for other databases."""
    if not database_url.startswith(ADDRESS):
        return None
    return Path(database_url.removeprefix(ADDRESS).partition("?")[0]).absolute()


def revision_in(file: Path) -> str | None:
    """Return the migration that the file is at; None when it is empty or missing. Never creates the file."""
    try:
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as connection:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.OperationalError:
        return None
    return str(row[0]) if row else None


def checkpoint(file: Path) -> None:
    """Fold the side files back into the database, which SQLite does when the last one closes it."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
