"""One match run: a population in, pairs with reasons and the unmatched with reasons out. Deterministic for a seed."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

import numpy as np

from community.buddies.matching import compatibility
from community.buddies.matching.candidate import Population
from community.buddies.matching.candidate_edges import KEEP_ALL_PAIRS
from community.buddies.matching.candidate_edges import candidates as candidates_
from community.buddies.matching.exact_solver import bipartite, general
from community.buddies.matching.explanations import Explained, explained
from community.buddies.matching.feature_matrix import FeatureMatrix, sides
from community.buddies.matching.objective import Edges, Matching
from community.buddies.matching.profile_json import request_to_json


@dataclass(frozen=True, kw_only=True)
class ProposedPair:
    """Two people and the reasons. `a` seeks and `b` is the mentor, or they are peers in the order of their ids."""

    a: str
    b: str
    score: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Unmatched:
    """A person without a pair in this run and a code of UNMATCHED; see `explanations.Explained` for the rest."""

    id: str
    reason: str
    candidates: int = 0
    gains: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """The result of a run. Each person of the population is in a pair or among the unmatched, both sorted by id.

    total_weight: sum of scores; bound: no proposal with as many pairs and as many waiting days has more. solver: one
    name for each kind of pair, joined by +. inputs_hash: SHA-256 over everything the result depends on.
    """

    pairs: tuple[ProposedPair, ...]
    unmatched: tuple[Unmatched, ...]
    cardinality: int
    waiting_days: int
    total_weight: int
    bound: int
    solver: str
    weights_version: str
    seed: int
    inputs_hash: str

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def propose(
    population: Population, *, seed: int, on: date, on_progress: Callable[[int], None] = lambda percent: None
) -> Proposal:
    """Return the best pairs of a population: seekers with mentors, peers with peers. `exact_solver` defines best.

    seed decides between equally good proposals; on: the date whose week the free hours are compared in; on_progress is
    called with the percentage of what is done. Above 400,000 possible pairs of a kind, best among each person's 50 best
    candidates. No one is left without a pair who could have one with another person left over.
    """
    ready = sorted((person for person in population.people if person.places), key=lambda person: person.id)
    ready = [ready[number] for number in np.random.default_rng(seed % 2**64).permutation(len(ready))]
    groups = [[person for person in ready if person.role == role] for role in ("seeking", "mentor", "peer")]
    seekers, mentors, peers = sides(*groups, on=on)
    on_progress(10)
    kinds = [_solved(seekers, mentors, population, seed)]
    on_progress(45)
    kinds.append(_solved(peers, peers, population, seed))
    on_progress(80)
    pairs = sorted((pair for kind in kinds for pair in _pairs(kind, population, on)), key=lambda pair: (pair.a, pair.b))
    return Proposal(
        pairs=tuple(pairs),
        unmatched=_unmatched(population, pairs, kinds),
        cardinality=len(pairs),
        waiting_days=sum(kind.found.waiting_days for kind in kinds),
        total_weight=sum(kind.found.weight for kind in kinds),
        bound=sum(kind.found.bound for kind in kinds),
        solver="+".join(kind.found.solver for kind in kinds if kind.found.pairs) or "none",
        weights_version=compatibility.WEIGHTS_VERSION,
        seed=seed,
        inputs_hash=inputs_hash(population, seed=seed, on=on),
    )


def inputs_hash(population: Population, *, seed: int, on: date) -> str:
    """Return a hash of everything a run depends on: its inputs and the version of the weights (hex SHA-256)."""
    request = {**request_to_json(population, seed=seed, on=on), "weights": compatibility.WEIGHTS_VERSION}
    return hashlib.sha256(json.dumps(request, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


@dataclass(frozen=True)
class _Kind:
    """One kind of pair, its candidates and the result among them. Peers are both sides at once."""

    left: FeatureMatrix
    right: FeatureMatrix
    edges: Edges
    found: Matching


def _solved(
    left: FeatureMatrix, right: FeatureMatrix, population: Population, seed: int, keep_all: int = KEEP_ALL_PAIRS
) -> _Kind:
    edges = candidates_(
        left, right, forbidden=population.forbidden, tried=population.tried, seed=seed, keep_all=keep_all
    )
    kind = _Kind(left, right, edges, _matched(left, right, edges))
    while len(left.people) * len(right.people) > keep_all:
        more = _left_over(kind, population, seed)
        if not len(more):
            break
        edges = kind.edges.and_those(more)  # every one of them joins two without a pair: each round has more pairs
        kind = _Kind(left, right, edges, _matched(left, right, edges))
    return kind


def _matched(left: FeatureMatrix, right: FeatureMatrix, edges: Edges) -> Matching:
    days = [[person.waiting_days for person in side.people] for side in (left, right)]
    if left is right:
        return general(len(left.people), edges, waiting=days[0])
    places = [[person.places for person in side.people] for side in (left, right)]
    return bipartite(places[0], places[1], edges, left_waiting=days[0], right_waiting=days[1])


def _left_over(kind: _Kind, population: Population, seed: int) -> Edges:
    """Return edges between people with free places that the lists of the best candidates did not hold."""
    taken = [Counter(pair[0] for pair in kind.found.pairs), Counter(pair[1] for pair in kind.found.pairs)]
    if kind.left is kind.right:
        taken = [taken[0] + taken[1]] * 2
    left, right = (
        [number for number, person in enumerate(side.people) if person.places > used[number]]
        for side, used in zip((kind.left, kind.right), taken, strict=True)
    )
    rows = kind.left.some(left)
    cols = rows if kind.left is kind.right else kind.right.some(right)
    more = candidates_(rows, cols, forbidden=population.forbidden, tried=population.tried, seed=seed)
    return Edges(np.array(left, dtype=np.int64)[more.a], np.array(right, dtype=np.int64)[more.b], more.score)


def _pairs(kind: _Kind, population: Population, on: date) -> Iterator[ProposedPair]:
    for a, b in kind.found.pairs:
        one, other = kind.left.people[a], kind.right.people[b]
        if kind.left is kind.right and other.id < one.id:
            one, other = other, one
        score = compatibility.score(one, other, on=on, tried=frozenset((one.id, other.id)) in population.tried)
        yield ProposedPair(a=one.id, b=other.id, score=score, reasons=compatibility.reasons(one, other, on=on))


def _unmatched(population: Population, pairs: Sequence[ProposedPair], kinds: Sequence[_Kind]) -> tuple[Unmatched, ...]:
    matched = {end for pair in pairs for end in (pair.a, pair.b)}
    found = {
        person.id: Explained(reason="paused" if person.paused else "own_places_taken", candidates=0, gains={})
        for person in population.people
    }
    for kind in kinds:
        found.update(_explained(kind.left, kind.right, matched, population))
        if kind.left is not kind.right:
            found.update(_explained(kind.right, kind.left, matched, population))
    return tuple(
        Unmatched(id=id_, reason=why.reason, candidates=why.candidates, gains=why.gains)
        for id_, why in sorted(found.items())
        if id_ not in matched
    )


def _explained(
    rows: FeatureMatrix, cols: FeatureMatrix, matched: set[str], population: Population
) -> Iterator[tuple[str, Explained]]:
    numbers = [number for number, person in enumerate(rows.people) if person.id not in matched]
    for number, why in explained(rows, cols, numbers, forbidden=population.forbidden):
        yield rows.people[number].id, why
