"""Who can be matched: one person's answers as plain values, in and out of JSON, and their free hours as bits."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Literal
from zoneinfo import ZoneInfo

Role = Literal["seeking", "mentor", "peer"]
Window = tuple[int, int, int]
Pair = frozenset[str]

ROLES = ("seeking", "mentor", "peer")
GENDERS = ("woman", "man", "nonbinary")
LIFE_STAGES = ("under_25", "25_to_34", "35_to_49", "50_to_64", "65_and_over")
FAMILIES = ("with_children", "with_a_partner", "with_family", "caring_for_somebody", "on_my_own")
WORKS = ("by_day", "in_shifts", "at_night", "at_home", "studying", "looking", "retired")
SPIRITUALITIES = ("important", "open", "not_for_me")
MEETS = ("any", "online", "in_person")
WEEK_SLOTS = 336  # half hours: zones with :30 offsets (India, Newfoundland) stay exact, whole hours would not
_DAY = 24 * 60


@dataclass(frozen=True, kw_only=True)
class Tags:
    """What a person wishes for (soft) or rules out (hard), by field; `genders` counts in rules only."""

    pathways: frozenset[str] = frozenset()
    interests: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    genders: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Person:
    """One member's answers, as matching reads them.

    capacity: places still free (a mentor's; seekers and peers have one). availability: windows (weekday, from, to)
    in `time_zone`; weekday 0 is Monday, minutes since midnight, to <= 1440, a window that ends before it begins runs
    past midnight. waiting_days: since they began to wait; the objective counts at most 365.
    gender, buddy_gender, prefers, excludes, spirituality, along_months, mentor_months, meets, area, waiting_days and
    paused are never shown to anyone else, and no reason is made from them. life_stage, work, spirituality: one of
    LIFE_STAGES, WORKS, SPIRITUALITIES, or empty; family: some of FAMILIES. mentor_months: whole months the mentor of
    somebody who seeks must have been on their way; along_months: how many that are, -1 when unsaid, which meets no rule
    about it. meets: one of MEETS; `in_person` needs the same `area`, which is a word and no map.
    buddy_gender: `any` or one of GENDERS; it is a rule, and a gender left unsaid does not meet it.
    prefers: pathways, interests, languages the buddy has, if possible. excludes: pathways the buddy must not have said,
    genders the buddy must not have (nor leave unsaid).
    """

    id: str
    role: Role
    capacity: int = 1
    languages: frozenset[str] = frozenset()
    pathways: frozenset[str] = frozenset()
    interests: frozenset[str] = frozenset()
    availability: frozenset[Window] = frozenset()
    time_zone: str = "UTC"
    gender: str = ""
    buddy_gender: str = "any"
    prefers: Tags = field(default_factory=Tags)
    excludes: Tags = field(default_factory=Tags)
    life_stage: str = ""
    family: frozenset[str] = frozenset()
    work: str = ""
    spirituality: str = ""
    along_months: int = -1
    mentor_months: int = 0
    meets: str = "any"
    area: str = ""
    waiting_days: int = 0
    paused: bool = False

    @property
    def places(self) -> int:
        """How many buddies this person can be given now."""
        if self.paused:
            return 0
        return self.capacity if self.role == "mentor" else min(self.capacity, 1)

    def accepts(self, other: "Person") -> bool:
        """Whether this person's own rules allow the other."""
        return (
            self.accepts_gender(other.gender)
            and not self.excludes.pathways & other.pathways
            and other.along_months >= self.least_months
            and self.accepts_place(other)
        )

    @property
    def least_months(self) -> int:
        """Months on their way the other must have; -1 asks nothing, and only who seeks somebody ahead may ask."""
        return self.mentor_months if self.role == "seeking" and self.mentor_months > 0 else -1

    def accepts_place(self, other: "Person") -> bool:
        """Whether how and where this person meets people allows the other."""
        if self.meets == "online":
            return other.meets != "in_person"
        return self.meets == "any" or (other.meets != "online" and self.area != "" and self.area == other.area)

    def accepts_gender(self, gender: str) -> bool:
        """Whether a buddy may be of this gender; empty is unsaid, which meets no rule about it."""
        if self.buddy_gender != "any" and gender != self.buddy_gender:
            return False
        return not self.excludes.genders or gender in set(GENDERS) - self.excludes.genders


@dataclass(frozen=True, kw_only=True)
class Population:
    """Everybody who takes part in a run, and the pairs that must not be or have been before.

    forbidden: pairs kept apart for whatever cause (block, no-contact, declined within 180 days, ended for safety,
    already paired, an open suggestion). tried: pairs whose earlier suggestion ran out or whose pairing drifted; they
    may come again, at a lower score. Ids that are in no person are ignored.
    """

    people: tuple[Person, ...]
    forbidden: frozenset[Pair] = frozenset()
    tried: frozenset[Pair] = frozenset()

    def __post_init__(self) -> None:
        if len({person.id for person in self.people}) != len(self.people):
            raise ValueError("The same person is in the population twice.")


@lru_cache(maxsize=200_000)
def week(availability: frozenset[Window], time_zone: str, on: date) -> int:
    """The free half hours of the seven days from `on`, as bits of a UTC week (bit 0 begins Monday 00:00 UTC).

    A half hour counts when all of it is free. Relative to a date because clocks change.
    """
    zone, bits = ZoneInfo(time_zone), 0
    for weekday, start, end in availability:
        day = on + timedelta(days=(weekday - on.weekday()) % 7)
        first = _utc_minute(day, start, zone)
        last = first + (_utc_minute(day, end if end > start else end + _DAY, zone) - first) % (7 * _DAY)
        for slot in range(-(-first // 30), last // 30):
            bits |= 1 << slot % WEEK_SLOTS
    return bits


def _utc_minute(day: date, minute: int, zone: ZoneInfo) -> int:
    local = datetime.combine(day + timedelta(days=minute // _DAY), time(minute % _DAY // 60, minute % 60), zone)
    utc = local.astimezone(UTC)
    return utc.weekday() * _DAY + utc.hour * 60 + utc.minute


def person_from_json(fields: Mapping[str, Any]) -> Person:
    """A person from a stored profile. Raises ValueError naming the field.

    `{id, role, capacity?, languages, pathways, interests: [str], availability: [{weekday: 0-6, from: "18:00",
    to: "21:00"}], time_zone?, gender?, buddy_gender?, prefers?, excludes?: {pathways?, interests?, languages?,
    genders?: [str]}, life_stage?, family?: [str], work?, spirituality?, along_months?, mentor_months?, meets?, area?,
    waiting_days?, paused?}`.
    """
    person = Person(
        id=str(fields["id"]),
        role=fields["role"],
        capacity=int(fields.get("capacity", 1)),
        languages=_tags(fields.get("languages", ())),
        pathways=_tags(fields.get("pathways", ())),
        interests=_tags(fields.get("interests", ())),
        availability=frozenset(_window(entry) for entry in fields.get("availability", ())),
        time_zone=fields.get("time_zone") or "UTC",
        gender=fields.get("gender") or "",
        buddy_gender=fields.get("buddy_gender") or "any",
        prefers=_tags_by_field(fields.get("prefers") or {}),
        excludes=_tags_by_field(fields.get("excludes") or {}),
        life_stage=fields.get("life_stage") or "",
        family=frozenset(fields.get("family", ())),
        work=fields.get("work") or "",
        spirituality=fields.get("spirituality") or "",
        along_months=int(fields.get("along_months", -1)),
        mentor_months=int(fields.get("mentor_months", 0)),
        meets=fields.get("meets") or "any",
        area=(fields.get("area") or "").strip().casefold(),
        waiting_days=int(fields.get("waiting_days", 0)),
        paused=bool(fields.get("paused", False)),
    )
    _check(person)
    return person


def person_to_json(person: Person) -> dict[str, Any]:
    """The same shape back, with everything sorted: equal people give equal JSON."""
    return {
        "id": person.id,
        "role": person.role,
        "capacity": person.capacity,
        "languages": sorted(person.languages),
        "pathways": sorted(person.pathways),
        "interests": sorted(person.interests),
        "availability": [
            {"weekday": weekday, "from": _clock(start), "to": _clock(end)}
            for weekday, start, end in sorted(person.availability)
        ],
        "time_zone": person.time_zone,
        "gender": person.gender,
        "buddy_gender": person.buddy_gender,
        "prefers": _tags_to_json(person.prefers),
        "excludes": _tags_to_json(person.excludes),
        "life_stage": person.life_stage,
        "family": sorted(person.family),
        "work": person.work,
        "spirituality": person.spirituality,
        "along_months": person.along_months,
        "mentor_months": person.mentor_months,
        "meets": person.meets,
        "area": person.area,
        "waiting_days": person.waiting_days,
        "paused": person.paused,
    }


def _check(person: Person) -> None:
    if person.role not in ROLES:
        raise ValueError(f"role: {person.role!r} is none of {', '.join(ROLES)}.")
    if person.gender not in ("", *GENDERS):
        raise ValueError(f"gender: {person.gender!r} is none of {', '.join(GENDERS)}.")
    if person.buddy_gender not in ("any", *GENDERS):
        raise ValueError(f"buddy_gender: {person.buddy_gender!r} is none of any, {', '.join(GENDERS)}.")
    for name, said, known in (
        ("life_stage", person.life_stage, ("", *LIFE_STAGES)),
        ("work", person.work, ("", *WORKS)),
        ("spirituality", person.spirituality, ("", *SPIRITUALITIES)),
        ("meets", person.meets, MEETS),
    ):
        if said not in known:
            raise ValueError(f"{name}: {said!r} is none of {', '.join(filter(None, known))}.")
    if not person.family <= set(FAMILIES):
        raise ValueError(f"family: {min(person.family - set(FAMILIES))!r} is none of {', '.join(FAMILIES)}.")
    if person.capacity < 0 or person.waiting_days < 0:
        raise ValueError("capacity and waiting_days cannot be negative.")
    try:
        ZoneInfo(person.time_zone)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"time_zone: {person.time_zone!r} is not known.") from error


def _window(entry: Mapping[str, Any]) -> Window:
    weekday, start, end = entry["weekday"], minute_of(entry["from"]), minute_of(entry["to"])
    if type(weekday) is not int or not 0 <= weekday <= 6:
        raise ValueError(f"availability: weekday {weekday!r} is not 0 (Monday) to 6.")
    if start in (end, _DAY):
        raise ValueError(f"availability: {entry['from']} to {entry['to']} is no time.")
    return weekday, start, end


def minute_of(clock: Any) -> int:
    """Minutes since midnight of a time such as `18:30`, at most 1440. Raises ValueError."""
    try:
        hour, minute = (int(part) for part in str(clock).split(":")[:2])
    except ValueError as error:
        raise ValueError(f"availability: {clock!r} is not a time like 18:30.") from error
    if not (0 <= hour < 24 and 0 <= minute < 60) and (hour, minute) != (24, 0):
        raise ValueError(f"availability: {clock!r} is not a time of day.")
    return hour * 60 + minute


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _tags(words: Iterable[str]) -> frozenset[str]:
    return frozenset(word.strip().casefold() for word in words) - {""}


def _tags_by_field(fields: Mapping[str, Iterable[str]]) -> Tags:
    unknown = set(fields) - set(Tags.__dataclass_fields__)
    if unknown:
        raise ValueError(f"prefers and excludes know no {', '.join(sorted(unknown))}.")
    return Tags(**{name: _tags(words) for name, words in fields.items()})


def _tags_to_json(tags: Tags) -> dict[str, list[str]]:
    return {name: sorted(getattr(tags, name)) for name in Tags.__dataclass_fields__}
