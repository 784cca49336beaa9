"""Whether an error says that the database is away, or that this one piece of work failed.

Who is away is waited for and nobody is to blame. A deadlock, a lock that was not had in time, a value that does not fit
are the work's own failure.
"""

import sqlite3

from sqlalchemy.exc import DBAPIError, InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from community.core.errors import Busy

# PostgreSQL: no connection, no room, stopped by its operator, the system's own failure, read-only for now.
AWAY_STATES = ("08", "53", "57P", "58", "25006")
AWAY_IN_SQLITE = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_READONLY")


def is_away(error: BaseException) -> bool:
    """Whether the database could not be asked, for a reason that will pass."""
    if isinstance(error, (PoolTimeout, Busy)):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated or isinstance(error, InterfaceError):
        return True
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        return str(getattr(cause, "sqlite_errorname", "")).startswith(AWAY_IN_SQLITE)
    state = getattr(cause, "sqlstate", None)
    if state is None:
        return isinstance(error, OperationalError)
    return isinstance(error, (OperationalError, InternalError)) and state.startswith(AWAY_STATES)
