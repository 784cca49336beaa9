"""What the libraries of our processes would load besides, for uses that we have none of."""

import sys

# Each is asked for in a `try` and done without by whoever asks: structlog draws errors in colours with rich, and the
# socket libraries have clients, and queues of their own, in the same package as the server.
NEVER_USED = ("rich", "requests", "websocket", "valkey")


def block_imports() -> None:
    """Have those imports fail from now on: they are a seventh of a start, and 10 MB in each process."""
    for name in NEVER_USED:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]  # Python documents it; its types forbid it
