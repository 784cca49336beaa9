"""Output of a proven fact: one line that is printed, and kept in `var/prove` when `dev.py prove` runs."""

import os
from datetime import UTC, datetime

from tests.support.service import ROOT

KEPT = ROOT / "var" / "prove" / "figures.txt"


def print_figure(fact: str, said: str) -> None:
    """Print what was measured for a fact, such as `M1 sqlite: 500 answers in 4.0 s`."""
    print(f"\n{fact} {said}", flush=True)
    if os.environ.get("AFTERWARD_PROVE"):
        KEPT.parent.mkdir(parents=True, exist_ok=True)
        with KEPT.open("a") as kept:
            kept.write(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {fact} {said}\n")
