"""The one place that tells a database that is away from work that failed.

Workers wait for a database that is away, and nobody is to blame. Web processes answer 503 with Retry-After, also to
work that lost a race and may be tried again. Anything else is the work's own failure, or ours.
"""

import sqlite3

from sqlalchemy.exc import DBAPIError, InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from community.core.errors import ServiceUnavailable

# PostgreSQL, appendix A: no connection, no room, stopped by its operator, the system's own failure, read-only for now.
AWAY_STATES = ("08", "53", "57P", "58", "25006")
# Serialization failures and deadlocks, statements that were cancelled or timed out, locks that were not had in time.
PASSING_STATES = ("40", "57014", "55P03", "25P03")
READ_ONLY_STATE = "25006"
AWAY_IN_SQLITE = (
    "SQLITE_BUSY",
    "SQLITE_LOCKED",
    "SQLITE_FULL",
    "SQLITE_IOERR",
    "SQLITE_CANTOPEN",
    "SQLITE_READONLY",
    "SQLITE_PROTOCOL",
)
# After these a connection may stay as it is when the fault has passed: it is closed, and a new one opened.
STALE_IN_SQLITE = ("SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_READONLY")


def is_database_unavailable(error: BaseException) -> bool:
    """Return whether the database could not be asked, for a reason that will pass."""
    if isinstance(error, (PoolTimeout, ServiceUnavailable)):
        return True
    if isinstance(error, DBAPIError):
        if error.connection_invalidated:
            return True
        state = state_of(error.orig)
        if state is None and not isinstance(error.orig, sqlite3.Error):
            return isinstance(error, (OperationalError, InterfaceError))
        return isinstance(error, (OperationalError, InternalError)) and _is_away_state(state)
    return _is_away_state(state_of(error))


def is_passing(error: BaseException) -> bool:
    """Return whether the same work may well succeed a moment later: the database is away, or others were in the way."""
    if is_database_unavailable(error):
        return True
    state = state_of(error.orig if isinstance(error, DBAPIError) else error)
    return state is not None and state.startswith(PASSING_STATES)


def is_stale(error: BaseException | None) -> bool:
    """Return whether the connection of this error should not be used again although it is open.

    A session of PostgreSQL that began while its database was read-only stays so when the database no longer is.
    """
    state = state_of(error)
    return state is not None and (state == READ_ONLY_STATE or state.startswith(STALE_IN_SQLITE))


def state_of(error: BaseException | None) -> str | None:
    """Return a driver's error as SQLSTATE, or as the name that SQLite gives it; None for any other error."""
    if isinstance(error, sqlite3.Error):
        return getattr(error, "sqlite_errorname", None)
    state = getattr(error, "sqlstate", None)
    return state if isinstance(state, str) else None


def _is_away_state(state: str | None) -> bool:
    return state is not None and state.startswith((*AWAY_STATES, *AWAY_IN_SQLITE))
