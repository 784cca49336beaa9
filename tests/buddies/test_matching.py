"""The pairs are the best there are: against exhaustive search, an integer program, and their own certificate."""

import itertools
import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from community.buddies.matching.exact_solver import bipartite, general
from community.buddies.matching.graph import Graph
from community.buddies.matching.max_cardinality import max_cardinality_matching
from community.buddies.matching.native_solvers import TooLarge, max_edge_weight
from community.buddies.matching.objective import Edges, Matching

COUNTS = [200, pytest.param(2_000, marks=pytest.mark.prove, id="B5-2000")]
Triple = tuple[int, int, int]
Levels = tuple[int, int, int]


@dataclass(frozen=True)
class Problem:
    """A random instance; general when there is no right side."""

    left: list[int]
    right: list[int]
    edges: list[Triple]
    left_waiting: list[int]
    right_waiting: list[int]

    def solved(self) -> Matching:
        if self.right:
            return bipartite(
                self.left,
                self.right,
                Edges.of(self.edges),
                left_waiting=self.left_waiting,
                right_waiting=self.right_waiting,
            )
        return general(len(self.left), Edges.of(self.edges), waiting=self.left_waiting)

    def levels(self, pairs: list[tuple[int, int]]) -> Levels:
        score = {(a, b): weight for a, b, weight in self.edges}
        if self.right:
            waited = sum(self.left_waiting[a] for a in {a for a, _ in pairs})
            waited += sum(self.right_waiting[b] for b in {b for _, b in pairs})
        else:
            waited = sum(self.left_waiting[person] for pair in pairs for person in pair)
        return len(pairs), waited, sum(score[pair] for pair in pairs)

    def matchings(self) -> Iterator[list[tuple[int, int]]]:
        """Every set of edges that keeps the capacities."""

        def further(first: int, left: list[int], right: list[int]) -> Iterator[list[tuple[int, int]]]:
            yield []
            for number in range(first, len(self.edges)):
                a, b, _ = self.edges[number]
                if left[a] and right[b]:
                    left[a], right[b] = left[a] - 1, right[b] - 1
                    for rest in further(number + 1, left, right):
                        yield [(a, b), *rest]
                    left[a], right[b] = left[a] + 1, right[b] + 1

        left = list(self.left)
        yield from further(0, left, list(self.right) if self.right else left)


def two_sides(chance: random.Random, people: int, density: float) -> Problem:
    seekers = chance.randint(1, people - 1)
    mentors = people - seekers
    score, days = chance.choice([1, 3, 50]), chance.choice([0, 2, 365])
    edges = [
        (a, b, chance.randint(0, score)) for a in range(seekers) for b in range(mentors) if chance.random() < density
    ]
    return Problem(
        [chance.choice([1, 1, 1, 2, 0]) for _ in range(seekers)],
        [chance.choice([0, 1, 2, 3]) for _ in range(mentors)],
        edges,
        [chance.randint(0, days) for _ in range(seekers)],
        [chance.randint(0, days) for _ in range(mentors)],
    )


def one_side(chance: random.Random, people: int, density: float) -> Problem:
    score, days = chance.choice([1, 3, 50]), chance.choice([0, 2, 365])
    edges = [(a, b, chance.randint(0, score)) for a, b in itertools.combinations(range(people), 2)]
    edges = [edge for edge in edges if chance.random() < density]
    return Problem([1] * people, [], edges, [chance.randint(0, days) for _ in range(people)], [])


def rings(chance: random.Random, people: int) -> Problem:
    """Odd rings joined by single edges: where halves look better than any whole matching."""
    edges = {}
    for first in range(0, people - 2, 3):
        for a, b in itertools.combinations(range(first, first + 3), 2):
            edges[a, b] = chance.randint(5, 9)
    for _ in range(people // 4):
        a, b = sorted(chance.sample(range(people), 2))
        edges[a, b] = chance.randint(0, 9)
    triples = [(a, b, weight) for (a, b), weight in sorted(edges.items())]
    return Problem([1] * people, [], triples, [chance.randint(0, 30) for _ in range(people)], [])


def best_by_program(problem: Problem) -> Levels:
    """The three levels by an exact integer program, one after the other."""
    edges, shift = problem.edges, len(problem.left) if problem.right else 0
    capacity = np.array(problem.left + problem.right)
    waiting = np.array(problem.left_waiting + problem.right_waiting)
    ends = np.array([(a, b + shift) for a, b, _ in edges])
    scores = np.array([weight for _, _, weight in edges])
    m, n = len(edges), len(capacity)
    incidence = coo_array((np.ones(2 * m), (ends.T.ravel(), np.tile(np.arange(m), 2))), shape=(n, m)).toarray()
    # Variables: an edge is taken (x), somebody has a pair (y <= sum of x around).
    at_most = LinearConstraint(np.hstack([incidence, np.zeros((n, n))]), -np.inf, capacity)
    has_pair = LinearConstraint(np.hstack([-incidence, np.eye(n)]), -np.inf, 0)
    goals = [np.r_[np.ones(m), np.zeros(n)], np.r_[np.zeros(m), waiting], np.r_[scores, np.zeros(n)]]
    constraints, found = [at_most, has_pair], []
    for goal in goals:
        answer = milp(
            -goal, constraints=constraints, integrality=np.ones(m + n), bounds=Bounds(0, 1), options={"mip_rel_gap": 0}
        )
        assert answer.status == 0, answer.message
        found.append(round(-answer.fun))
        constraints.append(LinearConstraint(goal, found[-1] - 0.5, np.inf))
    return found[0], found[1], found[2]


def assert_allowed(problem: Problem, matching: Matching) -> None:
    left, right = list(problem.left), list(problem.right)
    for a, b in matching.pairs:
        left[a] -= 1
        (right if right else left)[b] -= 1
    assert min(left + right) >= 0
    assert list(matching.pairs) == sorted(set(matching.pairs))
    assert problem.levels(list(matching.pairs)) == (matching.cardinality, matching.waiting_days, matching.weight)


@pytest.mark.parametrize("instances", COUNTS)
@pytest.mark.parametrize("kind", [two_sides, one_side])
def test_every_level_equals_exhaustive_search_for_up_to_ten_people(kind, instances):  # B5
    for seed in range(instances):
        chance = random.Random(seed)
        problem = kind(chance, chance.randint(2, 10), chance.choice([0.2, 0.4, 0.5]))
        if len(problem.edges) > 18:
            problem = Problem(**{**problem.__dict__, "edges": sorted(chance.sample(problem.edges, 18))})
        found = problem.solved()

        assert_allowed(problem, found)
        best = max(problem.levels(pairs) for pairs in problem.matchings())
        assert (found.cardinality, found.waiting_days, found.weight) == best, f"seed {seed}"
        assert found.bound == found.weight
    print(f"B5: {instances} instances ({kind.__name__}) equal exhaustive search on every level")


@pytest.mark.parametrize("people", [60, 150, 300])
@pytest.mark.parametrize("kind", [two_sides, one_side])
def test_every_level_equals_an_integer_program_for_up_to_300_people(kind, people):  # B5
    problem = kind(random.Random(people), people, 8 / people)
    found = problem.solved()

    assert_allowed(problem, found)
    assert (found.cardinality, found.waiting_days, found.weight) == best_by_program(problem)


def test_every_level_equals_an_integer_program_on_odd_rings():  # B5
    problem = rings(random.Random(4), 150)
    found = problem.solved()

    assert_allowed(problem, found)
    assert (found.cardinality, found.waiting_days, found.weight) == best_by_program(problem)


@pytest.mark.parametrize("instances", COUNTS)
def test_the_relaxation_has_most_pairs_and_waiting_and_its_bound_holds(instances):  # B5
    for seed in range(instances):
        chance = random.Random(seed)
        people = chance.choice([8, 30, 90])
        problem = rings(chance, people) if seed % 2 else one_side(chance, people, chance.choice([1.5, 4, 9]) / people)
        edges = Edges.of(problem.edges)
        exact = general(people, edges, waiting=problem.left_waiting)
        near = general(people, edges, waiting=problem.left_waiting, exact_members=0)

        assert_allowed(problem, near)
        assert (near.cardinality, near.waiting_days) == (exact.cardinality, exact.waiting_days), f"seed {seed}"
        assert near.weight <= exact.weight <= near.bound, f"seed {seed}"
        assert exact.weight - near.weight <= 0.01 * exact.weight


def test_more_singles_than_spares_are_worth_are_certified_too():  # B5
    chance = random.Random(8)
    ring, crowd = rings(chance, 60), range(60, 420)
    edges = [*ring.edges, *((hub, one, chance.randint(0, 9)) for hub in (0, 1) for one in crowd)]
    waiting = [*ring.left_waiting, *(chance.randint(0, 1) for _ in crowd)]
    problem = Problem([1] * 420, [], edges, waiting, [])
    exact = general(420, Edges.of(edges), waiting=waiting)
    near = general(420, Edges.of(edges), waiting=waiting, exact_members=0)

    assert_allowed(problem, near)
    assert (near.cardinality, near.waiting_days) == (exact.cardinality, exact.waiting_days)
    assert near.weight <= exact.weight <= near.bound


@pytest.mark.parametrize("instances", COUNTS)
def test_augmenting_paths_name_everybody_who_may_stay_single(instances):
    for seed in range(instances):
        chance = random.Random(seed)
        problem = one_side(chance, chance.randint(3, 9), 0.35)
        ends = sorted({end for edge in problem.edges for end in edge[:2]})
        if not ends:
            continue
        place = {end: number for number, end in enumerate(ends)}
        columns = Edges.of([(place[a], place[b], weight) for a, b, weight in problem.edges])
        waiting = [problem.left_waiting[end] for end in ends]
        mates = [-1] * len(ends)
        may_stay_single = max_cardinality_matching(
            mates, Graph.of(len(ends), columns.a, columns.b, columns.score).neighbours, waiting
        )

        every = [(problem.levels(pairs)[:2], pairs) for pairs in problem.matchings()]
        best = max(levels for levels, _ in every)
        singles = {end for levels, pairs in every if levels == best for end in set(ends) - set(sum(pairs, ()))}
        assert {ends[person] for person in may_stay_single} == singles, f"seed {seed}"
        assert sum(mate >= 0 for mate in mates) == 2 * best[0]


def test_waiting_counts_at_most_a_year():
    edges = Edges.of([(0, 0, 1), (1, 0, 2)])

    assert bipartite([1, 1], [1], edges, left_waiting=[900, 365]).pairs == ((1, 0),)
    assert bipartite([1, 1], [1], edges, left_waiting=[900, 364]).pairs == ((0, 0),)


def test_a_pair_more_is_worth_any_waiting_and_a_day_more_any_score():
    assert general(4, Edges.of([(0, 1, 1), (1, 2, 900), (2, 3, 1)]), waiting=[0, 365, 365, 0]).cardinality == 2
    assert general(3, Edges.of([(0, 1, 1), (1, 2, 900)]), waiting=[1, 0, 0]).pairs == ((0, 1),)


def test_the_same_numbers_give_the_same_pairs_in_another_process():
    program = (
        "import random; from tests.buddies.test_matching import *;"
        "print([kind(random.Random(9), 200, 0.05).solved().pairs for kind in (one_side, two_sides)],"
        "general(200, Edges.of(one_side(random.Random(9), 200, 0.05).edges), exact_members=0).pairs)"
    )
    runs = [
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    ]

    assert runs[0] == runs[1] != ""


def test_no_members_or_no_edges_make_no_pairs():
    empty = Edges.of([])

    assert general(0, empty).pairs == general(5, empty, waiting=[1] * 5).pairs == bipartite([], [], empty).pairs == ()
    assert bipartite([0], [0], Edges.of([(0, 0, 5)])).cardinality == 0


@pytest.mark.parametrize(
    "edges",
    [[(0, 9, 1)], [(0, 1, -1)], [(0, 1, 1), (0, 1, 2)], [(-1, 0, 1)], [(1, 0, 1)], [(1, 1, 1)]],
)
def test_edges_that_cannot_be_are_refused(edges):
    with pytest.raises(ValueError, match="edge"):
        general(3, Edges.of(edges))


def test_weights_beyond_64_bits_are_refused_and_those_just_below_are_exact():
    limit = max_edge_weight(4 + 2)
    edges = [(0, 0, limit), (0, 1, limit - 1), (1, 0, limit - 3), (1, 1, 0)]

    assert bipartite([1, 1], [1, 1], Edges.of(edges)).weight == 2 * limit - 4
    with pytest.raises(TooLarge):
        bipartite([1, 1], [1, 1], Edges.of([(0, 0, limit + 1)]))
    with pytest.raises(TooLarge):
        bipartite([1, 1], [1, 1], Edges.of([(0, 0, limit)]), left_waiting=[365, 0])
    with pytest.raises(TooLarge):
        general(2, Edges.of([(0, 1, 2**60)]))
