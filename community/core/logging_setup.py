"""Structured logs: one JSON object a line, about what the service did and never about whom.

A field that is not on the list is dropped and counted in production. Anywhere else it raises: a test finds it.
"""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

# Fields that a log line may carry. Others are dropped: no member's name gets in by accident.
ALLOWED = frozenset(
    {
        "event",
        "level",
        "timestamp",
        "error",
        "exception",
        "process",
        "pid",
        "status",
        "method",
        "route",
        "milliseconds",
        "event_id",
        "event_type",
        "medium",
        "attempts",
        "state",
        "count",
        "code",
        "port",
        "host",
        "reason",
        "delivery_id",
        "sockets",
        "kind",
        "after_seconds",
        "place",
        "hash",
        "run_id",
        "row",  # table, id and column of a value that does not open
    }
)


UNRENDERED = frozenset({"exc_info", "stack_info", "stack"})


class UnlistedField(Exception):
    """A log line carries fields that are not on the list."""


def refuse_unlisted(_logger: Any, _name: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Raise UnlistedField when there is a field that is not on the list."""
    unlisted = sorted(entry.keys() - ALLOWED - UNRENDERED)
    if unlisted:
        raise UnlistedField(f"put into community.core.logging_setup.ALLOWED, or leave out: {', '.join(unlisted)}")
    return entry


def keep_allowed(_logger: Any, _name: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Drop every field that is not on the list, and count how many were dropped."""
    dropped = len(entry.keys() - ALLOWED)
    if dropped:
        from community.core.metrics import LOG_FIELDS_DROPPED  # loaded late: `serve` counts nothing and starts fast

        LOG_FIELDS_DROPPED.inc(dropped)
    return {key: value for key, value in entry.items() if key in ALLOWED}


def without_values(_logger: Any, _name: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace an exception by where it happened: file, line and type, without its message and values."""
    error = entry.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, BaseException):
        frames = []
        trace = error.__traceback__
        while trace is not None:
            code = trace.tb_frame.f_code
            frames.append(f"{code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}:{code.co_name}")
            trace = trace.tb_next
        entry["exception"] = f"{type(error).__name__} at {' > '.join(frames[-12:])}"
    return entry


PROCESSORS: tuple[Any, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    without_values,
    keep_allowed,
    structlog.processors.JSONRenderer(),
)


def processors(*, is_production: bool) -> tuple[Any, ...]:
    """Return the processors that turn a call into a line."""
    return PROCESSORS if is_production else (refuse_unlisted, *PROCESSORS)


def set_up(*, level: str, process: str, is_production: bool) -> None:
    """Send the logs of this process to standard error."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s")
    structlog.configure(
        processors=processors(is_production=is_production),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping().get(level.upper(), 20)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(process=process)
