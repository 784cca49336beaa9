"""Outcome of one attempt to send, on any channel."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

Result = Literal["sent", "temporary", "permanent", "unknown", "gone"]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The outcome of one attempt. `detail` is a code or the name of a type, never text from the other side.

    `is_unreachable`: the server could not be reached, so other deliveries need not be tried now. `refuses_address`: the
    server said for good that it takes no mail for this person. `retry_after`: the time that the server wants to be left
    alone. `gone`: the device no longer exists.
    """

    result: Result
    detail: str
    is_unreachable: bool = False
    refuses_address: bool = False
    retry_after: timedelta | None = None


def combine_outcomes(outcomes: Sequence[Outcome]) -> Outcome:
    """Return the outcome of a delivery to several devices: sent when one has it and none has to be tried again."""
    again = [one for one in outcomes if one.result == "temporary"]
    if again:
        waits = [one.retry_after for one in again if one.retry_after is not None]
        return Outcome(result="temporary", detail=again[0].detail, retry_after=max(waits, default=None))
    for wanted in ("sent", "permanent"):
        for one in outcomes:
            if one.result == wanted:
                return one
    return outcomes[0] if outcomes else Outcome(result="gone", detail="no_device")
