"""Optional imports of libraries that our processes never use, blocked to save time and memory.

Assumption: each library asks for its optional module in a `try` and works without it. structlog draws colored errors
with rich. The socket libraries have clients, and queues of their own, in the same package as the server.
"""

import sys

UNUSED_MODULES = ("rich", "requests", "websocket", "valkey")


def block_imports() -> None:
    """Make the unused imports fail from now on. They are a seventh of a process's start, and 10 MB of its memory."""
    for name in UNUSED_MODULES:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]  # documented by Python, forbidden by its types
