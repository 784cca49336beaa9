"""The machine's wall clock. No other module reads it; a house test enforces this.

All other code reads the time from `UnitOfWorkFactory.clock` or `ReadContext.now`, so one argument of `create_app` or
`UnitOfWorkFactory` sets the present for the whole application. Durations are measured with `time.monotonic`. Leases end
by the clock of the database (`community.core.outbox.leases.DatabaseClock`).
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def machine_now() -> datetime:
    """Return the present moment in UTC, as the machine knows it."""
    return datetime.now(UTC)


def machine_microseconds() -> int:
    """Return the microseconds since 1970: to order rows across processes, never for showing."""
    return time.time_ns() // 1000
