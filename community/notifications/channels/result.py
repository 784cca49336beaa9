"""What became of one try at sending, whichever the medium."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

Result = Literal["sent", "temporary", "permanent", "unknown", "gone"]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one try. `detail` is a code or a type's name, never the other side's words.

    `is_unreachable`: it was not about this one, so others need not be tried now. `refuses_address`: the server said
    for good that it takes no mail for this person. `retry_after`: how long they want to be left alone. `gone`: this
    device is no longer there.
    """

    result: Result
    detail: str
    is_unreachable: bool = False
    refuses_address: bool = False
    retry_after: timedelta | None = None


def combine_outcomes(outcomes: Sequence[Outcome]) -> Outcome:
    """What became of something that went several ways: sent when one has it and none has to be tried again."""
    again = [one for one in outcomes if one.result == "temporary"]
    if again:
        waits = [one.retry_after for one in again if one.retry_after is not None]
        return Outcome(result="temporary", detail=again[0].detail, retry_after=max(waits, default=None))
    for wanted in ("sent", "permanent"):
        for one in outcomes:
            if one.result == wanted:
                return one
    return outcomes[0] if outcomes else Outcome(result="gone", detail="no_device")
