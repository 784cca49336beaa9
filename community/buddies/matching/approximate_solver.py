"""Nearly optimal pairs among very many peers, with a certificate of how near they are.

The relaxation lets each person be half in two pairs. It is a cheapest flow on the double cover of the graph (each
person once on the left and once on the right, each edge both ways), whose solutions are whole pairs, even cycles and a
few odd cycles or paths. Those few are rounded. Where rounding left something loose, an exact blossom on the people
around it repairs the matching. Sources: the half-integral relaxation, M. L. Balinski, J. SIAM 13 (1965), 800-809;
starting a matching from it, D. Applegate & W. Cook, DIMACS Series 12 (1993), 557-576.
"""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from community.buddies.matching.graph import Graph, spare_edges, with_spares
from community.buddies.matching.max_cardinality import max_cardinality_matching
from community.buddies.matching.native_solvers import Ints, blossom, cheapest_flow

_REGION_PEOPLE = 2_000
_REGION_EDGES = 30_000
_ROUNDS = 4
_MAX_SWEEPS = 400
_SPARE_EDGES = 50_000


@dataclass(frozen=True)
class _Cover:
    """A flow on the double cover: `used` arcs, their number and weight (twice that of the relaxation)."""

    used: Ints
    units: int
    weight: int


def approximate_matching(graph: Graph, waiting: Sequence[int]) -> tuple[list[int], int]:
    """Return (partner of each or -1, bound): most pairs, then most waiting days, exactly; then nearly the most weight.

    No matching with so many pairs and waiting days weighs more than the bound. Time: one or two cheapest flows,
    augmenting paths, and blossoms on at most 2,000 people. Memory: O(n + m). Where so many stay single that spares for
    them would outgrow the graph, the bound ignores waiting and is looser.
    """
    cover = _cover(graph, amount=graph.people)
    mates = _whole(graph, cover)
    may_stay_single = max_cardinality_matching(mates, graph.neighbours, waiting)
    pairs, _ = graph.value(mates)
    if cover.units == 2 * pairs and (2 * pairs == graph.people or len(set(waiting)) == 1):
        return _finished(graph, cover, _whole(graph, cover), waiting), cover.weight // 2
    if spare_edges(mates, waiting, may_stay_single) <= len(graph.tail) + _SPARE_EDGES:
        full = with_spares(graph, mates, waiting, may_stay_single)
        cover = _cover(full, amount=full.people)
        mates = _finished(full, cover, _whole(full, cover), [0] * full.people)[: graph.people]
        return [mate if mate < graph.people else -1 for mate in mates], cover.weight // 2
    # Halves reach more pairs than there are, at another price: only a flow of exactly this many units bounds the
    # weight.
    cover = _cover(graph, amount=2 * pairs)
    return _finished(graph, cover, _whole(graph, cover), waiting), cover.weight // 2


def _cover(graph: Graph, *, amount: int) -> _Cover:
    source, sink = 2 * graph.people, 2 * graph.people + 1
    left = np.arange(graph.people, dtype=np.int64)
    none = np.zeros(graph.people, dtype=np.int64)
    tails = np.concatenate([graph.tail, none + source, left + graph.people])
    heads = np.concatenate([graph.head + graph.people, left, none + sink])
    costs = np.concatenate([-graph.weight, none, none])
    flows = cheapest_flow(
        tails, heads, np.ones(len(tails), dtype=np.int64), costs, source=source, sink=sink, amount=amount
    )
    used = np.flatnonzero(flows[: len(graph.tail)])
    return _Cover(used, len(used), int(graph.weight[used].sum()))


def _finished(graph: Graph, cover: _Cover, mates: list[int], waiting: Sequence[int]) -> list[int]:
    """Repair the rounded pairs, make them as many as possible, and repair again where that changed them."""
    slack = _slack(graph, cover)
    touched = np.zeros(graph.people, dtype=bool)
    touched[graph.tail[cover.used]] = touched[graph.head[cover.used]] = True
    mates = _mended(graph, mates, slack, touched)
    before = list(mates)
    max_cardinality_matching(mates, graph.neighbours, waiting)
    if mates != before:
        mates = _mended(graph, mates, slack, touched)
        max_cardinality_matching(mates, graph.neighbours, waiting)
    return mates


def _whole(graph: Graph, cover: _Cover) -> list[int]:
    """Return whole pairs from the flow: along each path or cycle every other edge, the heavier half of them."""
    following, gain = [-1] * graph.people, [0] * graph.people
    for arc in cover.used.tolist():
        following[graph.tail[arc]], gain[graph.tail[arc]] = int(graph.head[arc]), int(graph.weight[arc])
    reached = {vertex for vertex in following if vertex >= 0}
    mates, seen = [-1] * graph.people, [False] * graph.people
    for first in [v for v in range(graph.people) if v not in reached] + list(range(graph.people)):
        walk, at = [], first
        while at >= 0 and not seen[at]:
            seen[at] = True
            walk.append(at)
            at = following[at]
        for one, other in _every_other(walk, gain, is_cycle=bool(walk) and at == first):
            mates[one], mates[other] = other, one
    return mates


def _every_other(walk: list[int], gain: list[int], *, is_cycle: bool) -> list[tuple[int, int]]:
    steps = list(zip(walk, [*walk[1:], walk[0]] if is_cycle else walk[1:], strict=False))
    halves = [steps[0::2], steps[1::2]]
    if is_cycle and len(walk) % 2:
        halves[0] = halves[0][:-1]  # its last edge would meet its first
    return max(halves, key=lambda half: (len(half), sum(gain[one] for one, _ in half)))


def _slack(graph: Graph, cover: _Cover) -> Ints:
    """Return how far each edge is from being in a best relaxation, from shortest paths in the residual flow.

    In half units of weight; 0 for the edges used both ways. It only steers the repair, so it may stop early.
    """
    tails, heads = graph.tail[cover.used], graph.head[cover.used]
    free_left, free_right = np.ones((2, graph.people), dtype=bool)
    free_left[tails] = free_right[heads] = False
    left, right = np.zeros((2, graph.people), dtype=np.int64)
    source = sink = np.int64(0)
    for _ in range(_MAX_SWEEPS):
        next_right = np.minimum(right, np.minimum.reduceat(left[graph.head] - graph.weight, graph.start[:-1]))
        next_right[heads] = np.minimum(next_right[heads], sink)
        sink = np.minimum(sink, next_right[free_right].min(initial=0))
        next_left = left.copy()
        next_left[tails] = np.minimum(left[tails], next_right[heads] + graph.weight[cover.used])
        next_left[free_left] = np.minimum(left[free_left], source)
        source = np.minimum(source, next_left[tails].min(initial=0))
        if np.array_equal(left, next_left) and np.array_equal(right, next_right):
            break
        left, right = next_left, next_right
    price = left - right
    slack: Ints = np.maximum(price[graph.tail] + price[graph.head] - 2 * graph.weight, 0)
    return slack


def _mended(graph: Graph, mates: list[int], slack: Ints, touched: NDArray[np.bool_]) -> list[int]:
    """Improve the matching by exact blossoms around loose people. Never fewer pairs, never less weight."""
    value = graph.value(mates)
    for _ in range(_ROUNDS):
        loose = _loose(graph, mates, slack, touched)
        if not loose:
            break
        region = _around(graph, mates, slack, loose)
        mates = _solved_within(graph, mates, slack, region)
        if graph.value(mates) == value:
            break
        value = graph.value(mates)
    return mates


def _loose(graph: Graph, mates: list[int], slack: Ints, touched: NDArray[np.bool_]) -> list[int]:
    """Return the people whom the relaxation pairs but the matching does not, and pairs that the relaxation would not
    make.
    """
    partner = np.array(mates)
    paired = np.flatnonzero(partner >= 0)
    stretched = paired[slack[graph.arcs(paired, partner[paired])] > 0]
    loose: list[int] = np.concatenate([np.flatnonzero((partner < 0) & touched), stretched]).tolist()
    return loose


def _around(graph: Graph, mates: list[int], slack: Ints, loose: list[int]) -> Ints:
    """Return the people nearest to the loose ones along alternating paths, partners included."""
    nearest = [(0, vertex) for vertex in loose]
    done: set[int] = set()
    region: set[int] = set()
    while nearest and len(region) < _REGION_PEOPLE:
        distance, vertex = heapq.heappop(nearest)
        if vertex in done:
            continue
        done.add(vertex)
        region.update(person for person in (vertex, mates[vertex]) if person >= 0)
        first, last = graph.start[vertex], graph.start[vertex + 1]
        for other, cost in zip(graph.head[first:last].tolist(), slack[first:last].tolist(), strict=True):
            if mates[other] < 0:
                region.add(other)
            elif mates[other] not in done:
                heapq.heappush(nearest, (distance + cost, mates[other]))
    return np.array(sorted(region), dtype=np.int64)


def _solved_within(graph: Graph, mates: list[int], slack: Ints, region: Ints) -> list[int]:
    """Return the best matching inside a region closed under partners, on its tightest edges and its own."""
    inside = np.zeros(graph.people, dtype=bool)
    inside[region] = True
    partner = np.array(mates)
    arcs = np.flatnonzero(inside[graph.tail] & inside[graph.head] & (graph.tail < graph.head))
    held = partner[graph.tail[arcs]] == graph.head[arcs]
    arcs = arcs[np.argsort(np.where(held, -1, slack[arcs]), kind="stable")[:_REGION_EDGES]]
    place = np.searchsorted(region, np.stack([graph.tail[arcs], graph.head[arcs]]))
    mended = list(mates)
    for vertex in region.tolist():
        mended[vertex] = -1
    for one, other in blossom(len(region), place[0], place[1], graph.weight[arcs]):
        mended[region[one]], mended[region[other]] = int(region[other]), int(region[one])
    return mended
