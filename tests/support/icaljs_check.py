"""Recurrence rules and calendars read by ical.js, which shares no code with ours."""

import json
import subprocess
from datetime import datetime
from typing import Any

from tests.support.service import ROOT


def expanded(rules: list[tuple[str, datetime, int]]) -> list[list[datetime]]:
    """The first dates of each `(rule, first, most)`, as wall times."""
    asked = [{"rule": rule, "first": first.isoformat(), "most": most} for rule, first, most in rules]
    return [[datetime.fromisoformat(one) for one in dates] for dates in _ask({"rules": asked})["rules"]]


def read_calendar(text: str) -> list[dict[str, Any]]:
    """The events of a calendar, with their times in UTC by the calendar's own zones."""
    found: list[dict[str, Any]] = _ask({"calendar": text})["calendar"]
    return found


def _ask(question: dict[str, Any]) -> Any:
    done = subprocess.run(
        ["node", str(ROOT / "tests" / "support" / "ical.mjs")],
        input=json.dumps(question),
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
