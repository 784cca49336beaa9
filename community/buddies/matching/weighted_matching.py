"""The best pairs among peers, exactly."""

from collections.abc import Sequence

import numpy as np

from community.buddies.matching.graph import Graph, with_spares
from community.buddies.matching.max_cardinality import max_cardinality_matching
from community.buddies.matching.native_solvers import blossom


def max_weight_matching(graph: Graph, waiting: Sequence[int]) -> list[int]:
    """Return each person's partner, or -1, in a matching with most pairs, then most waiting days, then most weight.

    Waiting is not added to the weights: weights that differ by so much make the blossom a hundred times slower (4,000
    people: minutes). O(n^3), about 3 s at 4,000 people with 50 edges each.
    """
    full = graph
    if len(set(waiting)) > 1:
        mates = _greedy(graph)
        may_stay_single = max_cardinality_matching(mates, graph.neighbours, waiting)
        full = with_spares(graph, mates, waiting, may_stay_single)
    mates = [-1] * graph.people
    for one, other in blossom(full.people, *full.edges()):
        if other < graph.people:
            mates[one], mates[other] = other, one
    return mates


def _greedy(graph: Graph) -> list[int]:
    """Return a first matching: the heaviest edge whose ends are free, repeatedly."""
    a, b, weight = graph.edges()
    mates = [-1] * graph.people
    order = np.argsort(-weight, kind="stable")
    for one, other in zip(a[order].tolist(), b[order].tolist(), strict=True):
        if mates[one] < 0 and mates[other] < 0:
            mates[one], mates[other] = other, one
    return mates
