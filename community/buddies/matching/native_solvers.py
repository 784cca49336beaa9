"""The two native solvers, each behind one function, loaded only when called.

They hold the interpreter while they run: call them in a process of its own, never on a web process's hub.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

# OR-tools multiplies costs by the number of nodes and lets potentials grow to many times that in 64 bits; it refuses
# when they overflow. 2**56 leaves 2**7 full-cost steps of room, so that refusal stays theory.
_MAX_SCALED_COST = 2**56


class TooLarge(ValueError):
    """The weights are too large to be added up exactly for so many people."""

    message = "The weights are too large for so many people to be added up exactly."


def max_edge_weight(nodes: int) -> int:
    """Return the largest weight of an edge, waiting included, that can be solved exactly among so many nodes."""
    return _MAX_SCALED_COST // (nodes + 3)


def guard(weight: int, *, nodes: int) -> None:
    """Refuse weights that could overflow. Raises TooLarge."""
    if weight > max_edge_weight(nodes):
        raise TooLarge(
            f"The weights are too large for so many people; at most {max_edge_weight(nodes)} can be added exactly."
        )


def cheapest_flow(
    tails: Ints, heads: Ints, capacities: Ints, costs: Ints, *, source: int, sink: int, amount: int
) -> Ints:
    """Return the flow on each arc of the cheapest among the largest flows of at most `amount` units.

    Nodes are 0..max; costs may be negative. Largest flow first, then cost scaling by push-relabel, so no penalty
    encodes "many": O(n m log(n C)) with n nodes, m arcs, largest cost C. Raises TooLarge. Source: A. V. Goldberg, J.
    Algorithms 22 (1997), 1-29, as built in OR-tools' SimpleMinCostFlow.
    """
    from ortools.graph.python import min_cost_flow

    nodes = int(max(tails.max(), heads.max(), source, sink)) + 1
    guard(int(np.abs(costs).max(initial=0)), nodes=nodes)
    solver = min_cost_flow.SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(
        tails.astype(np.int32), heads.astype(np.int32), capacities, costs
    )
    solver.set_node_supply(source, amount)
    solver.set_node_supply(sink, -amount)
    status = solver.solve_max_flow_with_min_cost()
    if status == solver.BAD_COST_RANGE:
        raise TooLarge("The weights are too large for so many people.")
    if status != solver.OPTIMAL:
        raise RuntimeError(f"The flow wasn’t solved: {status}.")
    flows: Ints = np.asarray(solver.flows(arcs), dtype=np.int64)
    return flows


def blossom(people: int, a: Ints, b: Ints, weight: Ints) -> list[tuple[int, int]]:
    """Return the heaviest among the largest matchings of a general graph, pairs (low, high) sorted.

    Exact in 128-bit integers, O(n^3). Source: Z. Galil, ACM Computing Surveys 18 (1986), 23-38, as built in rustworkx.
    """
    import rustworkx

    graph: Any = rustworkx.PyGraph(multigraph=False)
    graph.add_nodes_from(range(people))
    graph.add_edges_from(list(zip(a.tolist(), b.tolist(), weight.tolist(), strict=True)))
    found = rustworkx.max_weight_matching(graph, max_cardinality=True, weight_fn=int)
    return sorted((min(pair), max(pair)) for pair in found)
