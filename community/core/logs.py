"""Structured logs: one JSON object a line, about what the service did and never about whom."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

# Everything a log line may carry. What is not named here is dropped, so that nobody's name slips in by accident.
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


def keep_allowed(_logger: Any, _name: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Drop every field that is not on the list."""
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


def set_up(*, level: str, process: str) -> None:
    """Send the logs of this process to standard error."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s")
    structlog.configure(
        processors=PROCESSORS,
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping().get(level.upper(), 20)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(process=process)
