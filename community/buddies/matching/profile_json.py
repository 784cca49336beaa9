"""People to and from JSON: a stored profile, and the inputs of a match run for the solver's process."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from community.buddies.matching.candidate import (
    DAY,
    FAMILIES,
    GENDERS,
    LIFE_STAGES,
    MEETS,
    ROLES,
    SPIRITUALITIES,
    WORKS,
    Person,
    Population,
    Tags,
    Window,
)
from community.buddies.matching.vocabulary import FIELDS, fold_all, plain


def person_from_json(fields: Mapping[str, Any]) -> Person:
    """Return a person from a stored profile, with what was typed folded (`vocabulary`). Raises ValueError naming the
    field.

    `{id, role, capacity?, languages, pathways, interests: [str], availability: [{weekday: 0-6, from: "18:00", to:
    "21:00"}], time_zone?, gender?, buddy_gender?, prefers?, excludes?: {pathways?, interests?, languages?, genders?:
    [str]}, life_stage?, family?: [str], work?, spirituality?, along_months?, mentor_months?, meets?, area?,
    waiting_days?, paused?}`.
    """
    person = Person(
        id=str(fields["id"]),
        role=fields["role"],
        capacity=int(fields.get("capacity", 1)),
        languages=fold_all("languages", fields.get("languages", ())),
        pathways=fold_all("pathways", fields.get("pathways", ())),
        interests=fold_all("interests", fields.get("interests", ())),
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
        area=plain(fields.get("area") or ""),
        waiting_days=int(fields.get("waiting_days", 0)),
        paused=bool(fields.get("paused", False)),
    )
    _check(person)
    return person


def person_to_json(person: Person) -> dict[str, Any]:
    """Return the JSON of a person, with every list sorted: equal people give equal JSON."""
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


def request_to_json(population: Population, *, seed: int, on: date) -> dict[str, Any]:
    """Return a run's inputs as plain values, sorted: equal inputs give equal JSON in any order."""
    return {
        "people": [person_to_json(person) for person in sorted(population.people, key=lambda person: person.id)],
        "forbidden": sorted(sorted(pair) for pair in population.forbidden),
        "tried": sorted(sorted(pair) for pair in population.tried),
        "seed": seed,
        "on": on.isoformat(),
    }


def request_from_json(request: Mapping[str, Any]) -> tuple[Population, int, date]:
    """Return (population, seed, on). Raises ValueError or KeyError for malformed requests."""
    population = Population(
        people=tuple(person_from_json(fields) for fields in request["people"]),
        forbidden=frozenset(frozenset(map(str, pair)) for pair in request.get("forbidden", ())),
        tried=frozenset(frozenset(map(str, pair)) for pair in request.get("tried", ())),
    )
    return population, int(request["seed"]), date.fromisoformat(request["on"])


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
        raise ValueError("capacity and waiting_days can’t be negative.")
    try:
        ZoneInfo(person.time_zone)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"time_zone: {person.time_zone!r} isn’t known.") from error


def _window(entry: Mapping[str, Any]) -> Window:
    weekday, start, end = entry["weekday"], minute_of(entry["from"]), minute_of(entry["to"])
    if type(weekday) is not int or not 0 <= weekday <= 6:
        raise ValueError(f"availability: weekday {weekday!r} isn’t 0 (Monday) to 6.")
    if start in (end, DAY):
        raise ValueError(f"availability: {entry['from']} to {entry['to']} takes no time.")
    return weekday, start, end


def minute_of(clock: Any) -> int:
    """Return the minutes since midnight of a time such as `18:30`, at most 1440. Raises ValueError."""
    try:
        hour, minute = (int(part) for part in str(clock).split(":")[:2])
    except ValueError as error:
        raise ValueError(f"availability: {clock!r} isn’t a time like 18:30.") from error
    if not (0 <= hour < 24 and 0 <= minute < 60) and (hour, minute) != (24, 0):
        raise ValueError(f"availability: {clock!r} isn’t a time of day.")
    return hour * 60 + minute


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _tags_by_field(fields: Mapping[str, Iterable[str]]) -> Tags:
    unknown = set(fields) - set(Tags.__dataclass_fields__)
    if unknown:
        raise ValueError(f"prefers and excludes know no {', '.join(sorted(unknown))}.")
    folded = {name: fold_all(name, fields.get(name, ())) for name in FIELDS}
    return Tags(**folded, genders=frozenset(fields.get("genders", ())))


def _tags_to_json(tags: Tags) -> dict[str, list[str]]:
    return {name: sorted(getattr(tags, name)) for name in Tags.__dataclass_fields__}
