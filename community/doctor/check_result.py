"""The result of one check."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Line:
    """The result of one check, and how to fix what is wrong. A `warn` does not need to be fixed at once."""

    verdict: Literal["ok", "warn", "FAIL"]
    name: str
    found: str
    mend: str = ""

    def __str__(self) -> str:
        return f"{self.verdict:4}  {self.name:10}  {self.found}{'; ' if self.mend else ''}{self.mend}"


def first_line(error: Exception) -> str:
    """Return the first line of an error: the driver's own text, without the statement and its parameters."""
    cause = getattr(error, "orig", None) or error
    return (str(cause).strip().splitlines() or [type(cause).__name__])[0].rstrip(".")
