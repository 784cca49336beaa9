"""A general graph with weighted edges in flat arrays, and the spares that leave no one in it single."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from community.buddies.matching.native_solvers import Ints


@dataclass(frozen=True)
class Graph:
    """Each edge both ways, sorted by tail, then head. The arcs that leave v are `start[v]:start[v + 1]`."""

    people: int
    start: Ints
    tail: Ints
    head: Ints
    weight: Ints

    @staticmethod
    def of(people: int, a: Ints, b: Ints, weight: Ints) -> "Graph":
        """Return the graph of edges a-b (each once, a != b). Each person has at least one. O(m log m)."""
        tail, head = np.concatenate([a, b]), np.concatenate([b, a])
        order = np.argsort(tail * people + head, kind="stable")
        start = np.searchsorted(tail[order], np.arange(people + 1))
        return Graph(people, start, tail[order], head[order], np.concatenate([weight, weight])[order])

    def neighbours(self, vertex: int) -> list[int]:
        """Return the people with whom one person has an edge, ascending."""
        found: list[int] = self.head[self.start[vertex] : self.start[vertex + 1]].tolist()
        return found

    def edges(self) -> tuple[Ints, Ints, Ints]:
        """Return (a, b, weight) with a < b."""
        once = self.tail < self.head
        return self.tail[once], self.head[once], self.weight[once]

    def arcs(self, tails: Ints, heads: Ints) -> Ints:
        """Return the numbers of the arcs from tails to heads, all of which exist."""
        return np.searchsorted(self.tail * self.people + self.head, tails * self.people + heads)

    def value(self, mates: Sequence[int]) -> tuple[int, int]:
        """Return (pairs, weight) of a matching given by each person's partner, or -1."""
        partner = np.array(mates)
        paired = np.flatnonzero(partner > np.arange(self.people))
        return len(paired), int(self.weight[self.arcs(paired, partner[paired])].sum())


def spare_edges(mates: Sequence[int], waiting: Sequence[int], may_stay_single: Sequence[int]) -> int:
    """Return the number of edges that `with_spares` would add."""
    members = Counter(waiting[person] for person in may_stay_single)
    return sum(members[waiting[person]] for person, mate in enumerate(mates) if mate < 0)


def with_spares(graph: Graph, mates: Sequence[int], waiting: Sequence[int], may_stay_single: Sequence[int]) -> Graph:
    """Return the graph with one spare for each single person, at weight 0.

    A spare can be taken by everyone who waited as long and may stay single. `mates` has most pairs and most waiting
    days, `may_stay_single` is as `max_cardinality.max_cardinality_matching` returns it. The matchings of the graph that
    are as good are then exactly the matchings of the result that leave no one single (all best sets of a matroid have
    the same waits): pairs and waiting are settled and only weight is left to maximize. Spares are numbered after the
    people.
    """
    levels: dict[int, list[int]] = {}
    for person in may_stay_single:
        levels.setdefault(waiting[person], []).append(person)
    singles = [person for person, mate in enumerate(mates) if mate < 0]
    a = [person for single in singles for person in levels[waiting[single]]]
    b = [graph.people + number for number, single in enumerate(singles) for _ in levels[waiting[single]]]
    low, high, weight = graph.edges()
    return Graph.of(
        graph.people + len(singles),
        np.concatenate([low, np.array(a, dtype=np.int64)]),
        np.concatenate([high, np.array(b, dtype=np.int64)]),
        np.concatenate([weight, np.zeros(len(a), dtype=np.int64)]),
    )
