"""Forms of the profile's pages: known values as chips with own words beside them, free hours as checkboxes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from community.buddies.matching import vocabulary
from community.buddies.matching.vocabulary import Field
from community.buddies.queries.profiles import ProfileView

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
HOURS = tuple((hour, f"{hour % 12 or 12}:00 {'am' if hour < 12 else 'pm'}") for hour in range(24))
LIFE = {
    "life_stage": (
        ("under_25", "Under 25"),
        ("25_to_34", "25 to 34"),
        ("35_to_49", "35 to 49"),
        ("50_to_64", "50 to 64"),
        ("65_and_over", "65 and over"),
    ),
    "family": (
        ("with_children", "Children at home"),
        ("with_a_partner", "With a partner"),
        ("with_family", "With family"),
        ("caring_for_somebody", "Caring for someone"),
        ("on_my_own", "On my own"),
    ),
    "work": (
        ("by_day", "Work days"),
        ("in_shifts", "Work shifts"),
        ("at_night", "Work nights"),
        ("at_home", "At home"),
        ("studying", "In school"),
        ("looking", "Looking for work"),
        ("retired", "Retired"),
    ),
    "spirituality": (
        ("important", "It matters to me"),
        ("open", "I’m open to it"),
        ("not_for_me", "Not for me"),
    ),
}
CHIPS_FIRST: dict[Field, int] = {"languages": 12, "pathways": 8, "interests": 12}
PARTS = (("Morning", "07:00", "12:00"), ("Afternoon", "12:00", "17:00"), ("Evening", "17:00", "22:00"))


def answers_of(step: str, posted: MultiDict[str, str]) -> dict[str, Any]:
    """Return the answers in one step's form, in the shape of a profile's fields."""
    match step:
        case "who":
            return {"role": posted.get("role", ""), "capacity": posted.get("capacity", type=int) or 1}
        case "languages":
            return {"languages": _chosen("languages", posted)}
        case "when":
            return {"availability": [_window(one) for one in posted.getlist("availability")]}
        case "what":
            return {"pathways": _chosen("pathways", posted), "interests": _chosen("interests", posted)}
        case "life":
            return {
                "life_stage": posted.get("life_stage", ""),
                "family": posted.getlist("family"),
                "work": posted.get("work", ""),
                "spirituality": posted.get("spirituality", ""),
                "along_since": posted.get("along_since") or None,
            }
        case "care":
            return {
                "quiet_days": posted.getlist("quiet_days", type=int),
                "stands_in": bool(posted.get("stands_in")),
            }
        case "wishes":
            return {
                "meets": posted.get("meets", "any"),
                "area": posted.get("area", ""),
                "mentor_months": posted.get("mentor_months", type=int) or 0,
                "gender": posted.get("gender", ""),
                "buddy_gender": posted.get("buddy_gender", "any"),
                "prefers": {
                    "pathways": _chosen("pathways", posted, "prefers.pathways"),
                    "interests": _chosen("interests", posted, "prefers.interests"),
                },
                "excludes": {"pathways": _chosen("pathways", posted, "excludes.pathways")},
            }
        case _:
            return {"about": posted.get("about", "")}


@dataclass(frozen=True)
class ChipsView:
    """The known values of one field as chips: the first ones (value, label), more behind a fold, own words as text."""

    first: tuple[tuple[str, str], ...]
    more: tuple[str, ...]
    chosen: frozenset[str]
    own: str

    @property
    def is_more_open(self) -> bool:
        """Return whether a chip behind the fold is on."""
        return not self.chosen.isdisjoint(self.more)


def chips(field: Field, answered: Iterable[str]) -> ChipsView:
    """Return the chips of a field with these answers, however they were typed."""
    values = [choice.value for choice in vocabulary.choices(field)]
    texts = vocabulary.tidied(field, answered)
    return ChipsView(
        first=tuple((value, value) for value in values[: CHIPS_FIRST[field]]),
        more=tuple(values[CHIPS_FIRST[field] :]),
        chosen=frozenset(texts) & frozenset(values),
        own=", ".join(text for text in texts if text not in values),
    )


def shown_windows(posted: Iterable[str] | None, profile: ProfileView | None) -> dict[str, Any]:
    """Return the ticked boxes, and boxes of their own for free hours that no standard box covers."""
    ticked = set(posted) if posted is not None else {_value(one) for one in (profile.availability if profile else ())}
    boxes = {f"{day}|{start}|{end}" for day in range(7) for _, start, end in PARTS}
    return {"ticked": ticked, "other_windows": [(one, _window_text(one)) for one in sorted(ticked - boxes)]}


def _value(window: Mapping[str, Any]) -> str:
    return f"{window['weekday']}|{window['from']}|{window['to']}"


def _window(value: str) -> dict[str, Any]:
    day, start, end, *_ = [*value.split("|"), "", ""]
    return {"weekday": int(day) if day.isdecimal() else day, "from": start, "to": end}


def _window_text(value: str) -> str:
    window = _window(value)
    day = window["weekday"]
    name = WEEKDAYS[day] if isinstance(day, int) and day < len(WEEKDAYS) else ""
    return f"{name} {window['from']} to {window['to']}"


def _chosen(field: Field, posted: MultiDict[str, str], name: str = "") -> list[str]:
    """Return the chips that are on and the own words beside them, each value once."""
    name = name or field
    return vocabulary.tidied(field, [*posted.getlist(name), posted.get(f"{name}_own", "")])
