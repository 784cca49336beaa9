"""What one check of the doctor found."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Line:
    """What one check found, and how to mend it when it is not well. `warn` need not be mended at once."""

    verdict: Literal["ok", "warn", "FAIL"]
    name: str
    found: str
    mend: str = ""

    def __str__(self) -> str:
        return f"{self.verdict:4}  {self.name:10}  {self.found}{'; ' if self.mend else ''}{self.mend}"


def first_line(error: Exception) -> str:
    """What went wrong in one line: the driver's own words, without the statement and its parameters."""
    cause = getattr(error, "orig", None) or error
    return (str(cause).strip().splitlines() or [type(cause).__name__])[0].rstrip(".")
