"""The matching objective, and what a problem and its solution are made of.

The objective has three levels, each decided before the next. Over all matchings M that keep the capacities:

1. most pairs: max |M|
2. then most waiting ended: max sum over each v with a pair in M of min(waiting[v], 365)
3. then best fit: max sum over pairs e in M of score[e]
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from community.buddies.matching.native_solvers import Ints, guard

MAX_WAITING_DAYS = 365


@dataclass(frozen=True)
class Edges:
    """Possible pairs: `a[k]`, `b[k]` (numbers of people) and `score[k]` >= 0, int64 of one length, no pair twice.

    Two-sided: a counts the left, b the right. General: a < b, both in one count.
    """

    a: Ints
    b: Ints
    score: Ints

    @staticmethod
    def of(triples: Sequence[tuple[int, int, int]]) -> "Edges":
        """Return edges from (a, b, score), in any order."""
        columns = np.array(sorted(triples), dtype=np.int64).reshape(-1, 3).T
        return Edges(*(np.ascontiguousarray(column) for column in columns))

    def and_those(self, more: "Edges") -> "Edges":
        """Return these edges and those of `more` that are not among them."""
        return Edges(
            np.concatenate([self.a, more.a]), np.concatenate([self.b, more.b]), np.concatenate([self.score, more.score])
        )

    def __len__(self) -> int:
        return len(self.a)


@dataclass(frozen=True, kw_only=True)
class Matching:
    """Pairs and their quality.

    pairs: (a, b) sorted. cardinality: their number, the largest possible. waiting_days: of all people in a pair, each
    counted once; the most that so many pairs allow. weight: sum of scores. bound: no matching as good on the first two
    levels has more weight; it is `weight` but for `double_cover`.
    """

    pairs: tuple[tuple[int, int], ...]
    cardinality: int
    waiting_days: int
    weight: int
    bound: int
    solver: str


def level_factor(edges: Edges, *, days: int, pairs: int) -> int:
    """Return the weight of one day of waiting against scores, or 0 when no one waits."""
    factor = pairs * int(edges.score.max()) + 1 if days else 0
    guard(days * factor, nodes=2)
    return factor


def waiting_days(waiting: Sequence[int] | None, people: int) -> Ints:
    """Return the days that each person has waited, at most MAX_WAITING_DAYS; zeros without `waiting`."""
    if waiting is None:
        return np.zeros(max(people, 1), dtype=np.int64)
    if len(waiting) != people or any(day < 0 for day in waiting):
        raise ValueError("Waiting days are one for each person, none negative.")
    return np.minimum(np.array([*waiting, *([0] * (not people))], dtype=np.int64), MAX_WAITING_DAYS)
