"""Facts that a test proves, named in the comment behind its signature, for `pytest -k` and `dev.py prove`."""

import inspect
import re
from collections.abc import Callable
from typing import Any

NAMED = re.compile(r":\s+#\s+((?:[A-Z]\d+\s*)+)$")


def facts_of(test: Callable[..., Any]) -> list[str]:
    """`def test_x() -> None:  # F2 N1` gives F2 and N1; none when nothing is named."""
    for line in inspect.getsource(test).splitlines():
        found = NAMED.search(line)
        if found:
            return found[1].split()
    return []
