"""Exact solver of the matching objective (`objective`).

Two-sided, level 1 is a largest flow, found as such; levels 2 and 3 are one integer cost, waiting * factor + score, with
factor = (most pairs) * (largest score) + 1, which no sum of scores can reach. Level 2 favors neither side at the
other's cost: what the longest waiting on the left can get and what those on the right can get is always possible
together (N. S. Mendelsohn & A. L. Dulmage, Canad. J. Math. 10 (1958), 517-534).

Among peers, levels 1 and 2 are settled by augmenting paths (`max_cardinality.max_cardinality_matching`). Level 3 is
then a heaviest matching that leaves no one single in a graph with spares (`graph.with_spares`), which keeps scores
small numbers in the solver.
"""

from collections.abc import Sequence

import numpy as np

from community.buddies.matching.approximate_solver import approximate_matching
from community.buddies.matching.graph import Graph, with_spares
from community.buddies.matching.max_cardinality import max_cardinality_matching
from community.buddies.matching.native_solvers import Ints, blossom, cheapest_flow, guard
from community.buddies.matching.objective import Edges, Matching, level_factor, waiting_days

EXACT_MEMBERS = 4_000


def bipartite(
    left: Sequence[int],
    right: Sequence[int],
    edges: Edges,
    *,
    left_waiting: Sequence[int] | None = None,
    right_waiting: Sequence[int] | None = None,
) -> Matching:
    """Return the best pairs between two sides with places: seekers and mentors. Exact.

    left, right: places of each person (0 or more). left_waiting, right_waiting: days, zeros when absent; a person with
    several places counts once. An edge is used at most once. O(n m log(n C)), memory O(n + m), with n people, m edges,
    C the largest combined weight. Raises ValueError for edges outside, TooLarge for weights outside 64 bits. Source: a
    two-sided b-matching is a totally unimodular flow, so the cheapest largest flow is whole and optimal (R. K. Ahuja,
    T. L. Magnanti, J. B. Orlin, Network Flows (1993), ch. 9-12).
    """
    places = [np.array(side, dtype=np.int64) for side in (left, right)]
    days = [waiting_days(waiting, len(side)) for waiting, side in ((left_waiting, left), (right_waiting, right))]
    _check(edges, len(left), len(right))
    if not len(edges):
        return _nothing()
    amount = min(int(places[0].sum()), int(places[1].sum()))
    factor = level_factor(edges, days=int(max(days[0].max(), days[1].max())), pairs=min(amount, len(edges)))
    source, sink = len(left) + len(right), len(left) + len(right) + 1
    first = np.arange(len(left), dtype=np.int64)
    second = np.arange(len(left), source, dtype=np.int64)
    ends_of_left, costs_of_left = _arcs_of(first, places[0], days[0] * factor)
    ends_of_right, costs_of_right = _arcs_of(second, places[1], days[1] * factor)
    flows = cheapest_flow(
        np.concatenate([edges.a, np.full(len(ends_of_left[0]), source), ends_of_right[0]]),
        np.concatenate([edges.b + len(left), ends_of_left[0], np.full(len(ends_of_right[0]), sink)]),
        np.concatenate([np.ones(len(edges), dtype=np.int64), ends_of_left[1], ends_of_right[1]]),
        np.concatenate([-edges.score, costs_of_left, costs_of_right]),
        source=source,
        sink=sink,
        amount=amount,
    )
    chosen = np.flatnonzero(flows[: len(edges)])
    waited = int(days[0][np.unique(edges.a[chosen])].sum() + days[1][np.unique(edges.b[chosen])].sum())
    weight = int(edges.score[chosen].sum())
    return Matching(
        pairs=_sorted_pairs(edges, chosen),
        cardinality=len(chosen),
        waiting_days=waited,
        weight=weight,
        bound=weight,
        solver="min_cost_flow",
    )


def general(
    people: int, edges: Edges, *, waiting: Sequence[int] | None = None, exact_members: int = EXACT_MEMBERS
) -> Matching:
    """Return the best pairs among peers, one place each. Exact up to `exact_members`, certified above.

    waiting: days of each person, zeros when absent. Up to `exact_members` people with an edge: blossom, O(n^3), 3-5 s
    at 4,000 with 50 edges each. Above: the largest possible number of pairs, their weight within `bound`; see
    `approximate_solver.approximate_matching`. Raises ValueError for edges outside, TooLarge for weights outside 64
    bits.
    """
    days = waiting_days(waiting, people)
    _check(edges, people, people)
    if np.any(edges.a >= edges.b):
        raise ValueError("An edge goes from the lower number to the higher.")
    if not len(edges):
        return _nothing()
    members = np.unique(np.concatenate([edges.a, edges.b]))
    exact = len(members) <= exact_members
    guard(int(edges.score.max()), nodes=2 * len(members) + 2)
    graph = Graph.of(len(members), np.searchsorted(members, edges.a), np.searchsorted(members, edges.b), edges.score)
    waits = days[members].tolist()
    mates, bound = (_max_weight_matching(graph, waits), None) if exact else approximate_matching(graph, waits)
    partner = np.array(mates)
    chosen = np.flatnonzero(partner[np.searchsorted(members, edges.a)] == np.searchsorted(members, edges.b))
    waited = int(days[edges.a[chosen]].sum() + days[edges.b[chosen]].sum())
    weight = int(edges.score[chosen].sum())
    return Matching(
        pairs=_sorted_pairs(edges, chosen),
        cardinality=len(chosen),
        waiting_days=waited,
        weight=weight,
        bound=weight if bound is None else bound,
        solver="blossom" if exact else "double_cover",
    )


def _arcs_of(nodes: Ints, places: Ints, reward: Ints) -> tuple[tuple[Ints, Ints], Ints]:
    """Return ((nodes, capacities), costs) of the arcs to one side. Only a person's first place ends their waiting."""
    first, more = places > 0, places > 1
    ends = np.concatenate([nodes[first], nodes[more]])
    capacities = np.concatenate([np.ones(int(first.sum()), dtype=np.int64), places[more] - 1])
    return (ends, capacities), np.concatenate([-reward[first], np.zeros(int(more.sum()), dtype=np.int64)])


def _check(edges: Edges, left: int, right: int) -> None:
    if not len(edges):
        return
    if min(edges.a.min(), edges.b.min(), edges.score.min()) < 0 or edges.a.max() >= left or edges.b.max() >= right:
        raise ValueError("An edge names an unknown person, or its score is negative.")
    if len(np.unique(edges.a * right + edges.b)) < len(edges):
        raise ValueError("The same pair has two edges.")


def _sorted_pairs(edges: Edges, chosen: Ints) -> tuple[tuple[int, int], ...]:
    return tuple(sorted(zip(edges.a[chosen].tolist(), edges.b[chosen].tolist(), strict=True)))


def _nothing() -> Matching:
    return Matching(pairs=(), cardinality=0, waiting_days=0, weight=0, bound=0, solver="none")


def _max_weight_matching(graph: Graph, waiting: Sequence[int]) -> list[int]:
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
