"""Engines of the two databases, and detection of pooled connections that are stale."""

from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, Connection, ExceptionContext
from sqlalchemy.exc import InvalidatePoolError

from community.core.compat.psycopg_connections import has_ended
from community.core.database_errors import is_stale
from community.core.write_lock import MAX_WAIT_SECONDS, OffloadingConnection

STATEMENT_SECONDS = 10
IDLE_IN_TRANSACTION_SECONDS = 60
# A cut network gives no signal: without these a connection waits for the kernel, which tries for 15 minutes.
NETWORK_PATIENCE = {
    "connect_timeout": 3,
    "tcp_user_timeout": 4_000,  # milliseconds
    "keepalives_idle": 4,
    "keepalives_interval": 2,
    "keepalives_count": 3,
}


def sqlite_engine(url: URL, *, durable: bool) -> Engine:
    """Return an engine whose commits wait for the disk if `durable`, in the hub's thread pool."""
    engine = create_engine(
        url, connect_args={"factory": OffloadingConnection, "check_same_thread": False, "timeout": 5.0}
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        sync = "FULL" if durable else "NORMAL"
        for pragma in ("journal_mode=WAL", f"synchronous={sync}", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        kind = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {kind}")

    _drop_stale_connections(engine)
    return engine


def postgres_engine(url: URL, pool_size: int, *, durable: bool) -> Engine:
    """Return an engine with a timeout for every wait, which hands out no connection that the server has closed."""
    options = (
        f"-c statement_timeout={STATEMENT_SECONDS}s -c lock_timeout={STATEMENT_SECONDS}s "
        f"-c idle_in_transaction_session_timeout={IDLE_IN_TRANSACTION_SECONDS}s -c timezone=UTC"
        f"{'' if durable else ' -c synchronous_commit=off'}"
    )
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=4,
        pool_timeout=MAX_WAIT_SECONDS,
        connect_args={"options": options} | {k: v for k, v in NETWORK_PATIENCE.items() if k not in url.query},
    )

    @event.listens_for(engine, "checkout")
    def refuse_ended(connection: Any, _record: object, _fairy: object) -> None:
        if has_ended(connection):
            raise InvalidatePoolError

    _drop_stale_connections(engine)
    return engine


def _drop_stale_connections(engine: Engine) -> None:
    """Close every pooled connection after an error that would otherwise persist after its cause has passed."""

    @event.listens_for(engine, "handle_error")
    def mark_disconnect(context: ExceptionContext) -> None:
        cause = context.original_exception
        if context.connection is not None and is_stale(cause):
            context.is_disconnect = True
