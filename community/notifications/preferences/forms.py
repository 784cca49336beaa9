"""Form of the preferences page: what it posts, as the schema takes it, and quiet hours as seven rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from community.core.outbox.notification_kinds import switchable_kinds

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
USUAL = ("22:00", "07:00")


@dataclass(frozen=True)
class QuietNight:
    """A row of the form: whether this day has quiet hours, and their start and end."""

    weekday: int
    name: str
    is_quiet: bool
    start: str
    end: str


def quiet_nights(quiet_hours: Iterable[Mapping[str, Any]]) -> list[QuietNight]:
    """Return the seven rows. A day without quiet hours proposes the usual ones."""
    kept = {one["weekday"]: (one["from"], one["to"]) for one in quiet_hours}
    return [QuietNight(day, name, day in kept, *kept.get(day, USUAL)) for day, name in enumerate(WEEKDAYS)]


def parse_preferences(posted: MultiDict[str, str]) -> dict[str, Any]:
    """Return the part of the preferences that was posted. `part` names it."""
    part = posted.get("part")
    if part == "kinds":
        return {
            "items": [
                {"kind": kind, "email": f"email:{kind}" in posted, "push": f"push:{kind}" in posted}
                for kind in posted.getlist("kind")
                if kind in switchable_kinds()
            ],
            "rhythm": posted.get("rhythm", ""),
            "daily_at": posted.get("daily_at", ""),
            **({"only_buddy": posted["only_buddy"] == "yes"} if "only_buddy" in posted else {}),
        }
    if part == "quiet":
        return {
            "quiet_hours": [
                {"weekday": day, "from": posted.get(f"from-{day}", ""), "to": posted.get(f"to-{day}", "")}
                for day in range(7)
                if f"quiet-{day}" in posted
            ],
            "away_zone": posted.get("away_zone") or None,
        }
    return {"items": [], **({"discreet": posted["discreet"] != "no"} if "discreet" in posted else {})}
