"""A person who can be matched: their answers as plain values, and their free hours as bits."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal
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
DAY = 24 * 60


@dataclass(frozen=True, kw_only=True)
class Tags:
    """A person's wishes (soft) or exclusions (hard), by field. `genders` counts in exclusions only."""

    pathways: frozenset[str] = frozenset()
    interests: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    genders: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Person:
    """One member's answers, as matching reads them.

    capacity: places still free (a mentor's; seekers and peers have one). availability: windows (weekday, from, to) in
    `time_zone`; weekday 0 is Monday, minutes since midnight, to <= 1440, a window that ends before it begins runs past
    midnight. waiting_days: since they began to wait; the objective counts at most 365. gender, buddy_gender, prefers,
    excludes, spirituality, along_months, mentor_months, meets, area, waiting_days and paused are never shown to anyone
    else, and no reason is made from them. life_stage, work, spirituality: one of LIFE_STAGES, WORKS, SPIRITUALITIES, or
    empty; family: some of FAMILIES. mentor_months: whole months that a seeker's mentor must have been on their way;
    along_months: how many that are, -1 when unsaid, which meets no rule about it. meets: one of MEETS; `in_person`
    needs the same `area`, which is a word and no map. buddy_gender: `any` or one of GENDERS; it is a rule, and a gender
    left unsaid does not meet it. prefers: pathways, interests, languages the buddy has, if possible. excludes: pathways
    the buddy must not have said, genders the buddy must not have (nor leave unsaid).
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
        """The number of buddies that this person can be given now."""
        if self.paused:
            return 0
        return self.capacity if self.role == "mentor" else min(self.capacity, 1)

    def accepts(self, other: "Person") -> bool:
        """Return whether this person's own rules allow the other."""
        return (
            self.accepts_gender(other.gender)
            and not self.excludes.pathways & other.pathways
            and other.along_months >= self.least_months
            and self.accepts_place(other)
        )

    @property
    def least_months(self) -> int:
        """Months on their way that the other must have. -1 asks nothing; only seekers may ask."""
        return self.mentor_months if self.role == "seeking" and self.mentor_months > 0 else -1

    def accepts_place(self, other: "Person") -> bool:
        """Return whether the way and the area in which this person meets people allow the other."""
        if self.meets == "online":
            return other.meets != "in_person"
        return self.meets == "any" or (other.meets != "online" and self.area != "" and self.area == other.area)

    def accepts_gender(self, gender: str) -> bool:
        """Return whether a buddy may be of this gender. Empty is unsaid, which meets no rule about it."""
        if self.buddy_gender != "any" and gender != self.buddy_gender:
            return False
        return not self.excludes.genders or gender in set(GENDERS) - self.excludes.genders


@dataclass(frozen=True, kw_only=True)
class Population:
    """Everyone who takes part in a run, with the pairs that are forbidden and those tried before.

    forbidden: pairs excluded for any cause (block, no-contact order, declined within 180 days, ended for safety,
    already paired, an open suggestion). tried: pairs whose earlier suggestion expired or whose pairing drifted; they
    may come again, at a lower score. Ids of no person are ignored.
    """

    people: tuple[Person, ...]
    forbidden: frozenset[Pair] = frozenset()
    tried: frozenset[Pair] = frozenset()

    def __post_init__(self) -> None:
        if len({person.id for person in self.people}) != len(self.people):
            raise ValueError("The same person is in the population twice.")


@lru_cache(maxsize=200_000)
def week(availability: frozenset[Window], time_zone: str, on: date) -> int:
    """Return the free half hours of the seven days from `on`, as bits of a UTC week (bit 0 begins Monday 00:00 UTC).

    A half hour counts when all of it is free. Relative to a date because clocks change.
    """
    zone, bits = ZoneInfo(time_zone), 0
    for weekday, start, end in availability:
        day = on + timedelta(days=(weekday - on.weekday()) % 7)
        first = _utc_minute(day, start, zone)
        last = first + (_utc_minute(day, end if end > start else end + DAY, zone) - first) % (7 * DAY)
        for slot in range(-(-first // 30), last // 30):
            bits |= 1 << slot % WEEK_SLOTS
    return bits


def _utc_minute(day: date, minute: int, zone: ZoneInfo) -> int:
    local = datetime.combine(day + timedelta(days=minute // DAY), time(minute % DAY // 60, minute % 60), zone)
    utc = local.astimezone(UTC)
    return utc.weekday() * DAY + utc.hour * 60 + utc.minute
