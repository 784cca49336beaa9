"""One matching instance as plain JSON, checked and solved: for audits, replays and other programs."""

from collections.abc import Iterator
from typing import Any

from community.buddies.matching import exact_solver
from community.buddies.matching.native_solvers import TooLarge, guard
from community.buddies.matching.objective import Edges, Matching

Id = str | int
_FIELDS = ("kind", "capacities", "edges")
_MAX_CAPACITY = 1_000_000


class InstanceError(ValueError):
    """An instance that cannot be solved as it is written. The message is one line and names the place."""


def solve_instance(instance: dict[str, Any]) -> dict[str, Any]:
    """Return the largest matching and, among those, the heaviest.

    instance: `{kind: "bipartite"|"general", capacities: {id: n}, edges: [[a, b, weight], …]}`. Ids are texts or whole
    numbers; capacities are 1 when absent, and 0 takes a person out; a bipartite edge names its side first; weights are
    whole and >= 0. An edge may be repeated with the same weight, in a general instance also the other way round.
    Returns `{pairs: [[a, b], …] sorted, cardinality, weight, bound}`; no matching with as many pairs weighs more than
    `bound`, which is `weight` except in general instances of more than 4,000 people. Raises InstanceError.
    """
    edges = _edges(instance)
    capacities = _capacities(instance, general=instance["kind"] == "general")
    open_edges = {
        pair: weight for pair, weight in edges.items() if all(capacities.get(str(end), 1) > 0 for end in pair)
    }
    try:
        found, ends = (_two_sides if instance["kind"] == "bipartite" else _one_side)(open_edges, capacities)
    except TooLarge as error:
        raise InstanceError(str(error)) from error
    return {
        "pairs": [[ends[0][a], ends[1][b]] for a, b in found.pairs],
        "cardinality": found.cardinality,
        "weight": found.weight,
        "bound": found.bound,
    }


_Solved = tuple[Matching, tuple[list[Id], list[Id]]]
_Weights = dict[tuple[Id, Id], int]


def _two_sides(edges: _Weights, capacities: dict[str, int]) -> _Solved:
    left, right = _order({a for a, _ in edges}), _order({b for _, b in edges})
    found = exact_solver.bipartite(
        [capacities.get(str(end), 1) for end in left],
        [capacities.get(str(end), 1) for end in right],
        _numbered(edges, left, right),
    )
    return found, (left, right)


def _one_side(edges: _Weights, _: dict[str, int]) -> _Solved:
    people = _order({end for pair in edges for end in pair})
    return exact_solver.general(len(people), _numbered(edges, people, people)), (people, people)


def _numbered(edges: _Weights, left: list[Id], right: list[Id]) -> Edges:
    guard(max(edges.values(), default=0), nodes=len(left) + len(right) + 2)
    rows, columns = ({end: number for number, end in enumerate(side)} for side in (left, right))
    return Edges.of([(rows[a], columns[b], weight) for (a, b), weight in edges.items()])


def _order(ends: set[Id]) -> list[Id]:
    return sorted(ends, key=_key)


def _key(end: Id) -> tuple[bool, int, str]:
    return (True, 0, end) if isinstance(end, str) else (False, end, "")


def _edges(instance: dict[str, Any]) -> _Weights:
    """Return the edges by their two ends, the lower first in a general instance."""
    if not isinstance(instance, dict):
        raise InstanceError("An instance is an object with kind, capacities and edges.")
    unknown = sorted(str(name) for name in instance if name not in _FIELDS)
    if unknown:
        raise InstanceError(f"An instance has kind, capacities and edges, and no {', '.join(unknown)}.")
    if instance.get("kind") not in ("bipartite", "general"):
        raise InstanceError(f'kind is "bipartite" or "general", not {_shown(instance.get("kind"))}.')
    if not isinstance(instance.get("edges"), list):
        raise InstanceError("edges is a list of [a, b, weight].")
    edges: _Weights = {}
    sides: dict[Id, int] = {}
    general = instance["kind"] == "general"
    for where, (one, other, weight) in _rows(instance["edges"]):
        a, b = sorted((one, other), key=_key) if general else (one, other)
        if not general and (sides.setdefault(a, 0) != 0 or sides.setdefault(b, 1) != 1):
            both = a if sides[a] else b
            raise InstanceError(f"{where}: {_shown(both)} is on both sides; a bipartite edge names one side first.")
        if edges.setdefault((a, b), weight) != weight:
            raise InstanceError(
                f"{where}: {_shown(a)} and {_shown(b)} have two weights, {edges[a, b]} and {_shown(weight)}."
            )
    _check_spelling({end for pair in edges for end in pair})
    return edges


def _rows(rows: list[Any]) -> Iterator[tuple[str, tuple[Id, Id, int]]]:
    for number, row in enumerate(rows):
        where = f"edges[{number}]"
        if not isinstance(row, list | tuple) or len(row) != 3:
            raise InstanceError(f"{where}: an edge is [a, b, weight], not {_shown(row)}.")
        for end in row[:2]:
            if type(end) not in (str, int) or end == "":
                raise InstanceError(f"{where}: {_shown(end)} is no id; ids are texts or whole numbers.")
        if row[0] == row[1]:
            raise InstanceError(f"{where}: {_shown(row[0])} is paired with itself.")
        if type(row[2]) is not int or row[2] < 0:
            raise InstanceError(f"{where}: weight {_shown(row[2])} isn’t a whole number of 0 or more.")
        yield where, (row[0], row[1], row[2])


def _capacities(instance: dict[str, Any], *, general: bool) -> dict[str, int]:
    capacities = instance.get("capacities", {})
    if not isinstance(capacities, dict):
        raise InstanceError("capacities is an object of id: number.")
    for name, capacity in capacities.items():
        if type(capacity) is not int or capacity < 0:
            raise InstanceError(
                f"capacities: {_shown(name)} has {_shown(capacity)}, which isn’t a whole number of 0 or more."
            )
        if general and capacity > 1:
            raise InstanceError(
                f"capacities: {_shown(name)} has {_shown(capacity)}; in a general instance it is at most 1."
            )
    return {str(name): min(capacity, _MAX_CAPACITY) for name, capacity in capacities.items()}


def _check_spelling(ends: set[Id]) -> None:
    """Refuse ids that differ only in type: capacities name people by text, so 7 and "7" cannot be two of them."""
    twice = {str(end) for end in ends if isinstance(end, int)} & {end for end in ends if isinstance(end, str)}
    if twice:
        raise InstanceError(f"edges: {min(twice)} is written both as a number and as a text.")


def _shown(value: Any) -> str:
    shown = "a number of very many digits" if type(value) is int and abs(value) >= 10**40 else repr(value)
    return shown if len(shown) <= 60 else shown[:57] + "..."
