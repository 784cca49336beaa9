"""Logger for gunicorn's own lines, without client addresses and without what was asked for."""

import sys
from typing import Any

from gunicorn.glogging import Logger


class DiscreetLogger(Logger):  # type: ignore[misc]  # gunicorn has no types
    """Logger that leaves out client addresses, request lines, and the values in tracebacks."""

    def warning(self, msg: Any, *args: Any, **kwargs: Any) -> None:
        """Log a warning; for a request that could not be read only that it could not."""
        if str(msg).startswith("Invalid request"):
            msg, args, kwargs = "Invalid request", (), {}
        super().warning(msg, *args, **kwargs)

    def exception(self, msg: Any, *args: Any, **kwargs: Any) -> None:
        """Log the type of the present exception, but neither its values nor the request."""
        what = str(msg).partition(" %")[0] if isinstance(msg, str) else "Exception in worker process"
        error = sys.exc_info()[0]
        super().error("%s: %s", what, error.__name__ if error else "unknown")
