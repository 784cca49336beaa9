"""Inputs of a match run as plain values and back, for the solver's process."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from community.buddies.matching.candidate import Population
from community.buddies.matching.profile_json import person_from_json, person_to_json


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
