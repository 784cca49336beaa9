"""Possible pairs of a whole population and their scores: `compatibility` for all at once."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from community.buddies.matching import compatibility, hard_constraints
from community.buddies.matching.candidate import LIFE_STAGES, Pair
from community.buddies.matching.feature_matrix import Bits, FeatureMatrix, Grid, PairIndex, blocks
from community.buddies.matching.objective import Edges
from community.buddies.matching.top_candidates import Shortlist

MAX_CANDIDATES = 50
KEEP_ALL_PAIRS = 400_000

# By stage of life of the one and the other as `feature_matrix` numbers them; 0 is unsaid.
_STAGES_WORTH = np.zeros((len(LIFE_STAGES) + 1,) * 2, dtype=np.float32)
for _stage in range(1, len(LIFE_STAGES) + 1):
    _STAGES_WORTH[_stage, _stage] = compatibility.SAME_STAGE
    _STAGES_WORTH[_stage, _stage + 1 : _stage + 2] = _STAGES_WORTH[_stage + 1 : _stage + 2, _stage] = (
        compatibility.NEXT_STAGE
    )


def candidates(
    rows: FeatureMatrix,
    cols: FeatureMatrix,
    *,
    forbidden: Iterable[Pair],
    tried: Iterable[Pair],
    seed: int,
    keep_all: int = KEEP_ALL_PAIRS,
) -> Edges:
    """Return all possible pairs with their scores: edges (row, col), or a < b when both sides are the same (peers).

    Among more than `keep_all` pairs only those that are one of the 50 best of either person, equals drawn by the seed.
    Everyone who has a candidate keeps one. O(rows * cols), 2e7 pairs/s on two cores; memory O(512 * cols + edges).
    """
    among_peers = rows is cols
    forbidden_pairs, before = PairIndex.of(rows, cols, forbidden), PairIndex.of(rows, cols, tried)
    max_kept = None if len(rows.people) * len(cols.people) <= keep_all else MAX_CANDIDATES
    shortlist = Shortlist(len(rows.people), len(cols.people), max_kept=max_kept, seed=seed)
    for block in blocks(len(rows.people), len(cols.people)):
        may, points = _compared(rows.part(block), cols)
        if among_peers:
            may[np.arange(len(may)), np.arange(block.start, block.start + len(may))] = False
        may[forbidden_pairs.within(block)] = False
        points[before.within(block)] += compatibility.TRIED_BEFORE
        shortlist.add(block.start, np.where(may, points, np.int32(-1)))
    return _each_once(shortlist.edges()) if among_peers else shortlist.edges()


def _compared(rows: FeatureMatrix, cols: FeatureMatrix) -> tuple[Grid, NDArray[np.int32]]:
    """Return (may be paired, `compatibility.score`) for some rows and all columns, before forbidden and tried pairs."""
    languages = hard_constraints.languages_in_common(rows, cols)
    time = hard_constraints.half_hours_in_common(rows, cols)
    may = (languages > 0) & (time >= compatibility.MINIMUM_HALF_HOURS) & hard_constraints.own_rules_kept(rows, cols)
    may &= hard_constraints.own_rules_kept(cols, rows).T
    points = _worth(time, compatibility.MAX_HALF_HOURS, compatibility.HALF_HOUR) + np.float32(compatibility.BASE)
    points += _worth(np.maximum(languages - 1, 0), compatibility.MAX_FURTHER_LANGUAGES, compatibility.FURTHER_LANGUAGE)
    points += _worth(rows.pathways @ cols.pathways.T, compatibility.MAX_PATHWAYS, compatibility.PATHWAY)
    points += _worth(rows.interests @ cols.interests.T, compatibility.MAX_INTERESTS, compatibility.INTEREST)
    points += _worth(rows.family @ cols.family.T, compatibility.MAX_FAMILIES, compatibility.FAMILY)
    if rows.wishes.shape[1]:
        points += _worth(rows.wishes @ cols.sayings.T, compatibility.MAX_WISHES, compatibility.WISH)
        points += _worth(rows.sayings @ cols.wishes.T, compatibility.MAX_WISHES, compatibility.WISH)
    points += _STAGES_WORTH[rows.stage[:, None], cols.stage[None, :]]
    for said, theirs, worth in (
        (rows.work, cols.work, compatibility.SAME_WORK),
        (rows.spirituality, cols.spirituality, compatibility.SAME_SPIRITUALITY),
        (rows.area, cols.area, compatibility.SAME_AREA),
    ):
        points += ((said[:, None] == theirs[None, :]) & (said[:, None] > 0)) * np.float32(worth)
    return may, points.astype(np.int32)


def _worth(counts: Bits, max_count: int, points: int) -> Bits:
    worth: Bits = np.minimum(counts, np.float32(max_count)) * np.float32(points)
    return worth


def _each_once(edges: Edges) -> Edges:
    """Return edges among peers from the lower to the higher, whichever list had them."""
    low, high = np.minimum(edges.a, edges.b), np.maximum(edges.a, edges.b)
    _, where = np.unique(low * (int(high.max(initial=0)) + 1) + high, return_index=True)
    return Edges(low[where], high[where], edges.score[where])
