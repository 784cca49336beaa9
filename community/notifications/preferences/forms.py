"""Form of the notification settings: what it posts, as the schema takes it, and quiet hours as seven rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from werkzeug.datastructures import MultiDict

from community.core.outbox.notification_kinds import switchable_kinds
from community.notifications.preferences.delivery_preferences import EMAIL, OUTSIDE, PUSH
from community.notifications.queries.preferences import PreferencesView, PreferenceView

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
    """Return what a member changed on the page, which posts everything it shows.

    A box or level counts only where it differs from what the page showed (`was`, `level_was`): a page that was open for
    long in another tab takes nothing back.
    """
    shown = set(posted.getlist("was"))
    items: dict[str, dict[str, Any]] = {}
    for box in posted.getlist("box"):
        medium, _, kind = box.partition(":")
        if medium in OUTSIDE and kind in switchable_kinds() and (box in posted) != (box in shown):
            items.setdefault(kind, {"kind": kind})[medium] = box in posted
    chosen: dict[str, Any] = {"items": list(items.values())}
    if posted.get("level") and posted["level"] != posted.get("level_was"):
        chosen["level"] = posted["level"]
    chosen |= {name: posted[name] for name in ("rhythm", "daily_at", "previews") if name in posted}
    chosen |= {name: posted[name] == "yes" for name in ("only_buddy", "discreet") if name in posted}
    if "away_zone" in posted:
        chosen["away_zone"] = posted["away_zone"] or None
        chosen["quiet_hours"] = [
            {"weekday": day, "from": posted.get(f"from-{day}", ""), "to": posted.get(f"to-{day}", "")}
            for day in range(7)
            if f"quiet-{day}" in posted
        ]
    return chosen


def as_posted(mine: PreferencesView, posted: MultiDict[str, str]) -> PreferencesView:
    """Return the preferences as a member filled them in, to show again what was refused."""
    boxes = set(posted.getlist("box"))

    def filled_in(one: PreferenceView) -> PreferenceView:
        if f"{EMAIL}:{one.kind}" not in boxes:
            return one
        return replace(one, email=f"{EMAIL}:{one.kind}" in posted, push=f"{PUSH}:{one.kind}" in posted)

    return replace(
        mine,
        items=[filled_in(one) for one in mine.items],
        quiet_hours=parse_preferences(posted).get("quiet_hours", mine.quiet_hours),
        away_zone=posted.get("away_zone", mine.away_zone or "") or None,
        discreet=posted.get("discreet", "yes") == "yes",
        frequency=posted.get("rhythm", mine.frequency),
        daily_at=posted.get("daily_at", mine.daily_at),
        previews=posted.get("previews", mine.previews),
        level=posted.get("level", mine.level or "") or None,
        buddy_only=posted.get("only_buddy", "no") == "yes",
    )


def checked_boxes(saved: PreferencesView) -> set[str]:
    """Return the boxes that are checked as things are saved."""
    return {f"{EMAIL}:{one.kind}" for one in saved.items if one.email} | {
        f"{PUSH}:{one.kind}" for one in saved.items if one.push
    }
