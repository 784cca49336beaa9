"""How fast the best pairs are found, how near the best they are, and what others do in the same minute.

`python3 dev.py bench matching`: 1,000, 10,000 and 50,000 members with 50 feasible candidates each, two-sided (seekers
and mentors with places) and general (peers). Every solver runs in a process of its own and gets a minute of processor;
seconds are of solving alone, memory is the process's peak. All maximise the same: most pairs, then waiting days, then
score. Scoring is measured apart.
"""

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np

from community.buddies.matching.candidate import FAMILIES, LIFE_STAGES, SPIRITUALITIES, WORKS, Person
from community.buddies.matching.candidate_edges import candidates
from community.buddies.matching.exact_solver import bipartite, general
from community.buddies.matching.feature_matrix import sides
from community.buddies.matching.objective import Edges

SIZES = (1_000, 10_000, 50_000)
CANDIDATES = 50
ALLOWED_SECONDS = 60
MAX_WALL_SECONDS = 600
SEED = 20261125
ON = date(2026, 11, 23)
Found = list[tuple[int, int]]


class Instance:
    """One problem: edges, places of both sides (the left ones alone when general), days of waiting."""

    def __init__(self, kind: str, members: int) -> None:
        chance = np.random.default_rng(SEED + members)
        self.kind = kind
        if kind == "bipartite":
            # Four in five seek; places are about as many as seekers, where choosing badly costs pairs.
            left, right = members * 4 // 5, members // 5
            self.places = [np.ones(left, dtype=np.int64), chance.integers(1, 8, right)]
        else:
            left = right = members
            self.places = [np.ones(left, dtype=np.int64)] * 2
        self.days = [chance.integers(0, 366, left), chance.integers(0, 366, right)]
        each = CANDIDATES if kind == "bipartite" else CANDIDATES // 2
        a = np.repeat(np.arange(left), each)
        b = chance.integers(0, right, len(a))
        if kind == "general":
            self.days[1] = self.days[0]
            a, b = np.minimum(a, b)[a != b], np.maximum(a, b)[a != b]
        pairs = np.unique(a * right + b)
        self.edges = Edges(pairs // right, pairs % right, chance.integers(10, 1081, len(pairs)))

    def measured(self, pairs: Found) -> dict[str, int]:
        """The three levels of a solution."""
        right = len(self.places[1])
        scores = dict(zip((self.edges.a * right + self.edges.b).tolist(), self.edges.score.tolist(), strict=True))
        if self.kind == "bipartite":
            waited = sum(self.days[0][a] for a in {a for a, _ in pairs})
            waited += sum(self.days[1][b] for b in {b for _, b in pairs})
        else:
            waited = sum(self.days[0][end] for pair in pairs for end in pair)
        return {
            "pairs": len(pairs),
            "waiting": int(waited),
            "score": sum(scores[a * right + b] for a, b in pairs),
        }

    def weights(self) -> Any:
        """One number for each edge in which a day outweighs all scores; for solvers that know one level only.

        For whoever is paired twice the days count twice here: with places it is not quite the same goal.
        """
        factor = min(self.places[0].sum(), self.places[1].sum()) * 1080 + 1
        return (self.days[0][self.edges.a] + self.days[1][self.edges.b]) * factor + self.edges.score


def ours(instance: Instance) -> dict[str, Any]:
    """The product's own engine."""
    if instance.kind == "bipartite":
        found = bipartite(
            instance.places[0].tolist(),
            instance.places[1].tolist(),
            instance.edges,
            left_waiting=instance.days[0].tolist(),
            right_waiting=instance.days[1].tolist(),
        )
    else:
        found = general(len(instance.places[0]), instance.edges, waiting=instance.days[0].tolist())
    return {"pairs": list(found.pairs), "bound": found.bound, "solver": found.solver}


def greedy(instance: Instance) -> dict[str, Any]:
    """The heaviest edge whose ends are free, again and again."""
    left, right = instance.places[0].tolist(), instance.places[1].tolist()
    if instance.kind == "general":
        right = left
    pairs: Found = []
    order = np.argsort(-instance.weights(), kind="stable")
    for a, b in zip(instance.edges.a[order].tolist(), instance.edges.b[order].tolist(), strict=True):
        if left[a] and right[b]:
            left[a] -= 1
            right[b] -= 1
            pairs.append((a, b))
    return {"pairs": pairs}


def scipy_sparse(instance: Instance) -> dict[str, Any]:
    """scipy's cheapest full matching, each place a column and a dummy for each row."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    first = np.concatenate([[0], np.cumsum(instance.places[1])])
    weights = instance.weights().astype(float)
    rows, cols, costs = [], [], []
    for copy in range(int(instance.places[1].max())):
        has = instance.places[1][instance.edges.b] > copy
        rows.append(instance.edges.a[has])
        cols.append(first[instance.edges.b[has]] + copy)
        costs.append(weights[has])
    left, columns = len(instance.places[0]), int(first[-1])
    top = float(weights.max()) + 1
    penalty = top * 4  # staying single costs more than any change of partner gains
    matrix = coo_array(
        (
            np.concatenate([*(top - cost for cost in costs), np.full(left, penalty * 2)]),
            (np.concatenate([*rows, np.arange(left)]), np.concatenate([*cols, columns + np.arange(left)])),
        ),
        shape=(left, columns + left),
    ).tocsr()
    who, where = min_weight_full_bipartite_matching(matrix)
    owner = np.repeat(np.arange(len(instance.places[1])), instance.places[1])
    return {"pairs": [(int(a), int(owner[c])) for a, c in zip(who, where, strict=True) if c < columns]}


def networkx(instance: Instance) -> dict[str, Any]:
    """networkx' blossom; places as copies of a person."""
    import networkx as nx

    graph = nx.Graph()
    for a, b, weight in zip(
        instance.edges.a.tolist(), instance.edges.b.tolist(), instance.weights().tolist(), strict=True
    ):
        if instance.kind == "general":
            graph.add_edge(a, b, weight=weight)
        else:
            for copy in range(int(instance.places[1][b])):
                graph.add_edge(("left", a), ("right", b, copy), weight=weight)
    found = nx.max_weight_matching(graph, maxcardinality=True)
    if instance.kind == "general":
        return {"pairs": [(min(pair), max(pair)) for pair in found]}
    return {"pairs": [tuple(end[1] for end in sorted(pair, key=lambda end: end[0])) for pair in found]}


SOLVERS: dict[str, dict[str, Callable[[Instance], dict[str, Any]]]] = {
    "bipartite": {"ours": ours, "greedy": greedy, "scipy": scipy_sparse, "networkx": networkx},
    "general": {"ours": ours, "greedy": greedy, "networkx": networkx},
}


def crowd(members: int) -> list[list[Person]]:
    """Seekers and mentors as they might be, one mentor for four."""
    chance = random.Random(SEED)
    evenings = [(day, 60 * hour, 60 * hour + 180) for day in range(7) for hour in (8, 13, 18)]
    groups: list[list[Person]] = [[], []]
    for number in range(members):
        is_mentor = number % 5 == 0
        groups[is_mentor].append(
            Person(
                id=str(number),
                role="mentor" if is_mentor else "seeking",
                languages=frozenset(chance.sample(("en", "es", "fr"), chance.choice((1, 1, 2)))),
                pathways=frozenset(chance.sample(("a", "b", "c", "d"), 1)),
                interests=frozenset(chance.sample("abcdefghijkl", 4)),
                availability=frozenset(chance.sample(evenings, 5)),
                life_stage=chance.choice(LIFE_STAGES),
                family=frozenset(chance.sample(FAMILIES, 1)),
                work=chance.choice(WORKS),
                spirituality=chance.choice(SPIRITUALITIES),
            )
        )
    return groups


def score(members: int) -> dict[str, Any]:
    """Everybody compared with everybody, the 50 best kept."""
    groups = crowd(members)
    started = time.perf_counter()
    left, right = sides(*groups, on=ON)
    edges = candidates(left, right, forbidden=(), tried=(), seed=1)
    return {"seconds": time.perf_counter() - started, "edges": len(edges)}


def one(task: str, kind: str, members: int) -> None:
    """One measurement in this process, as a line of JSON."""
    if task == "score":
        found = score(members)
    else:
        instance = Instance(kind, members)
        spent = int(sum(os.times()[:2])) + 1  # making the instance is not measured
        resource.setrlimit(resource.RLIMIT_CPU, (spent + ALLOWED_SECONDS, spent + ALLOWED_SECONDS))
        before = resource.getrusage(resource.RUSAGE_SELF)
        started = time.perf_counter()
        answer = SOLVERS[kind][task](instance)
        seconds = time.perf_counter() - started
        after = resource.getrusage(resource.RUSAGE_SELF)
        found = {
            **instance.measured(answer["pairs"]),
            "seconds": seconds,
            "cpu": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
            "bound": answer.get("bound"),
            "edges": len(instance.edges),
        }
    found["mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(found))


def apart(task: str, kind: str, members: int) -> dict[str, Any] | None:
    """The measurement in a process of its own; None when a minute was not enough."""
    command = [sys.executable, "-m", "tests.benchmarks.bench_matching", "--one", task, kind, str(members)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=MAX_WALL_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return None
    if done.returncode < 0:  # the minute was over
        return None
    if done.returncode:
        return {"failed": (done.stderr.strip().splitlines() or ["?"])[-1][:80]}
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def main() -> None:
    """All of it, as tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--one", nargs=3)
    parser.add_argument("--sizes", type=int, nargs="*", default=list(SIZES))
    asked = parser.parse_args()
    if asked.one:
        one(asked.one[0], asked.one[1], int(asked.one[2]))
        return
    print(
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; cpu s beside wall s, because others may work here too"
    )
    too_slow: set[tuple[str, str]] = set()
    for kind, solvers in SOLVERS.items():
        print(f"\n{kind}: {CANDIDATES} feasible candidates each")
        print(
            f"{'members':>8} {'edges':>9} {'solver':<9} {'wall s':>8} {'cpu s':>8} {'MB':>6} {'pairs':>7} {'days':>10}"
            f" {'score':>11}  gap"
        )
        for members in asked.sizes:
            for task in solvers:
                found = None if (kind, task) in too_slow else apart(task, kind, members)
                print(row(members, task, found), flush=True)
                if found is None or "failed" in found:
                    too_slow.add((kind, task))
    print("\nscoring: seekers and mentors, all compared, the 50 best kept")
    for members in asked.sizes:
        found = apart("score", "bipartite", members)
        shown = (
            f"{found['seconds']:.2f} s, {found['mb']:.0f} MB, {found['edges']:,} edges" if found else "not in a minute"
        )
        print(f"{members:>8,} {shown}", flush=True)


def row(members: int, task: str, found: dict[str, Any] | None) -> str:
    """One line of the table."""
    if found is None:
        return f"{members:>8,} {'':>9} {task:<9} not in a minute"
    if "failed" in found:
        return f"{members:>8,} {'':>9} {task:<9} {found['failed']}"
    gap = "" if found["bound"] is None else f"{100 * (found['bound'] - found['score']) / max(found['bound'], 1):.3f} %"
    return (
        f"{members:>8,} {found['edges']:>9,} {task:<9} {found['seconds']:>8.2f} {found['cpu']:>8.2f}"
        f" {found['mb']:>6.0f} {found['pairs']:>7,} {found['waiting']:>10,} {found['score']:>11,}  {gap}"
    )


if __name__ == "__main__":
    main()
