"""Explanations for people without a pair: the reason, and the candidates that each of their own answers costs them.

Coordinators and the member read them, never the candidates.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from community.buddies.matching import hard_constraints
from community.buddies.matching.candidate import Pair
from community.buddies.matching.feature_matrix import FeatureMatrix, Grid, PairIndex, blocks

REASON_OF = {"languages": "no_common_language", "hours": "no_overlapping_hours"}


@dataclass(frozen=True, kw_only=True)
class Explained:
    """The explanation for a person without a pair: a code of UNMATCHED, the number of candidates, and what would help.

    gains: by the name of an own answer (OWN_RULES), how many more candidates there would be without it, if any.
    """

    reason: str
    candidates: int
    gains: dict[str, int]


def explained(
    rows: FeatureMatrix, cols: FeatureMatrix, numbers: Sequence[int], *, forbidden: Iterable[Pair]
) -> Iterator[tuple[int, Explained]]:
    """Yield (number, explanation) of these rows, in their order. O(len(numbers) * len(cols)), like scoring.

    The reason is the first of language, time and own rules that leaves no candidate. After those come the others'
    rules, blocks, and earlier contacts of the two, which must not be distinguishable: `no_match_now`. A person who has
    candidates is without a pair because those have one: `all_places_taken`.
    """
    some = rows.some(numbers)
    forbidden_pairs = PairIndex.of(some, cols, forbidden)
    place_of = {person.id: number for number, person in enumerate(cols.people)} if rows is cols else {}
    for block in blocks(len(some.people), len(cols.people)):
        part = some.part(block)
        anywhere = replace(part, meets=np.zeros_like(part.meets))  # what the others' rules say of who meets either way
        possible = hard_constraints.own_rules_kept(cols, anywhere).T
        possible[forbidden_pairs.within(block)] = False
        others = np.ones_like(possible)
        for row, person in enumerate(part.people):
            if person.id in place_of:
                possible[row, place_of[person.id]] = others[row, place_of[person.id]] = False
        answers = {
            name: rule(part, cols)
            for name, rule in {**hard_constraints.IN_COMMON, **hard_constraints.OWN_RULES}.items()
        }
        asked = {**answers, "place": answers["place"] & hard_constraints.OWN_RULES["place"](cols, part).T}
        for row, found in enumerate(_explained(part, others, possible, answers, asked)):
            yield numbers[block.start + row], found


def _explained(
    part: FeatureMatrix, others: Grid, possible: Grid, answers: dict[str, Grid], asked: dict[str, Grid]
) -> Iterator[Explained]:
    """`answers`: the pairs that each own answer allows. `asked`: also with what the others ask about that answer."""
    counts = _counts(possible, asked.values())
    without = {
        name: _counts(possible, [grid for other, grid in asked.items() if other != name]) - counts for name in asked
    }
    for row, person in enumerate(part.people):
        gains = {name: int(more[row]) for name, more in without.items() if more[row]}
        reason = "all_places_taken"
        if not person.languages or not person.availability:
            reason = "profile_incomplete"
        elif not others[row].any():
            reason = "nobody_to_match"
        elif not counts[row]:
            reason = _first_exhausting_rule(others[row], {name: grid[row] for name, grid in answers.items()})
        yield Explained(reason=reason, candidates=int(counts[row]), gains=gains)


def _counts(possible: Grid, grids: Iterable[Grid]) -> NDArray[np.int64]:
    left = possible.copy()
    for grid in grids:
        left &= grid
    counts: NDArray[np.int64] = left.sum(axis=1)
    return counts


def _first_exhausting_rule(left: NDArray[np.bool_], answers: dict[str, NDArray[np.bool_]]) -> str:
    for name, kept in answers.items():
        left = left & kept
        if not left.any():
            return REASON_OF.get(name, "own_rule")
    return "no_match_now"
