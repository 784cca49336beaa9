"""Who in a whole population could be paired, how well they fit, and why somebody could not: `fit` for all at once."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from community.buddies.matching import fit
from community.buddies.matching.native import Ints
from community.buddies.matching.optimum import Edges
from community.buddies.matching.people import Pair
from community.buddies.matching.shortlist import Shortlist
from community.buddies.matching.sides import Bits, Grid, Side

MOST_CANDIDATES = 50
KEEP_ALL_PAIRS = 400_000
_BLOCK_ROWS, _BLOCK_CELLS = 512, 4_000_000


def candidates(
    rows: Side,
    cols: Side,
    *,
    forbidden: Iterable[Pair],
    tried: Iterable[Pair],
    seed: int,
    keep_all: int = KEEP_ALL_PAIRS,
) -> Edges:
    """All pairs that may be, with their scores: edges (row, col), or a < b when both sides are the same (peers).

    Among more than `keep_all` pairs only those that are one of the 50 best of either person, equals drawn by the seed:
    whoever has a candidate keeps one. O(rows * cols), 2e7 pairs/s on two cores; memory O(512 * cols + edges).
    """
    among_peers = rows is cols
    apart, before = _Places.of(rows, cols, forbidden), _Places.of(rows, cols, tried)
    most = None if len(rows.people) * len(cols.people) <= keep_all else MOST_CANDIDATES
    shortlist = Shortlist(len(rows.people), len(cols.people), most=most, seed=seed)
    for block in _blocks(len(rows.people), len(cols.people)):
        may, points = _compared(rows, cols, block)
        if among_peers:
            may[np.arange(len(may)), np.arange(block.start, block.start + len(may))] = False
        may[apart.within(block)] = False
        points[before.within(block)] += fit.TRIED_BEFORE
        shortlist.add(block.start, np.where(may, points, np.int32(-1)))
    return _each_once(shortlist.edges()) if among_peers else shortlist.edges()


def why_nobody(rows: Side, cols: Side, row: int) -> str:
    """For somebody of `rows` without a candidate: the code of fit.UNMATCHED that says what stood in the way.

    The first of language, time and own rules that left nobody. After those come the others' rules, blocks, and what
    was between two people before, which nobody may tell apart: `no_match_now`.
    """
    person, block = rows.people[row], slice(row, row + 1)
    if not person.languages or not person.availability:
        return "profile_incomplete"
    left = np.ones(len(cols.people), dtype=bool)
    if rows is cols:
        left[row] = False
    if not left.any():
        return "nobody_to_match"
    steps: dict[str, Callable[[], Grid]] = {
        "no_common_language": lambda: rows.languages[block] @ cols.languages.T > 0,
        "no_overlapping_hours": lambda: rows.hours[block] @ cols.hours.T >= fit.MINIMUM_HALF_HOURS,
        "own_rule": lambda: _own_rules_kept(rows, cols, block),
    }
    for code, kept in steps.items():
        left &= kept()[0]
        if not left.any():
            return code
    return "no_match_now"


def _compared(rows: Side, cols: Side, block: slice) -> tuple[Grid, NDArray[np.int32]]:
    """(may be paired, `fit.score`) for a block of rows and all columns, before forbidden and tried pairs."""
    languages = rows.languages[block] @ cols.languages.T
    time = rows.hours[block] @ cols.hours.T
    may = (languages > 0) & (time >= fit.MINIMUM_HALF_HOURS) & _own_rules_kept(rows, cols, block)
    may &= cols.accepts[:, rows.gender[block]].T
    if cols.ruled_out.any():
        may &= rows.ruled_in[block] @ cols.ruled_out.T == 0
    points = _worth(time, fit.HALF_HOURS_AT_MOST, fit.HALF_HOUR) + np.float32(fit.BASE)
    points += _worth(np.maximum(languages - 1, 0), fit.FURTHER_LANGUAGES_AT_MOST, fit.FURTHER_LANGUAGE)
    points += _worth(rows.pathways[block] @ cols.pathways.T, fit.PATHWAYS_AT_MOST, fit.PATHWAY)
    points += _worth(rows.interests[block] @ cols.interests.T, fit.INTERESTS_AT_MOST, fit.INTEREST)
    if rows.wishes.shape[1]:
        points += _worth(rows.wishes[block] @ cols.sayings.T, fit.WISHES_AT_MOST, fit.WISH)
        points += _worth(rows.sayings[block] @ cols.wishes.T, fit.WISHES_AT_MOST, fit.WISH)
    return may, points.astype(np.int32)


def _own_rules_kept(rows: Side, cols: Side, block: slice) -> Grid:
    kept: Grid = rows.accepts[block][:, cols.gender]
    if rows.ruled_out[block].any():
        kept &= rows.ruled_out[block] @ cols.ruled_in.T == 0
    return kept


def _worth(counts: Bits, most: int, points: int) -> Bits:
    worth: Bits = np.minimum(counts, np.float32(most)) * np.float32(points)
    return worth


def _blocks(rows: int, cols: int) -> list[slice]:
    height = max(1, min(_BLOCK_ROWS, _BLOCK_CELLS // max(cols, 1)))
    return [slice(first, min(first + height, rows)) for first in range(0, rows, height)]


def _each_once(edges: Edges) -> Edges:
    """Edges among peers from the lower to the higher, whichever of the two had the other on the list."""
    low, high = np.minimum(edges.a, edges.b), np.maximum(edges.a, edges.b)
    _, where = np.unique(low * (int(high.max(initial=0)) + 1) + high, return_index=True)
    return Edges(low[where], high[where], edges.score[where])


@dataclass(frozen=True)
class _Places:
    """Where named pairs stand in the grid, sorted by row; both ways round among peers."""

    rows: Ints
    cols: Ints

    @staticmethod
    def of(rows: Side, cols: Side, pairs: Iterable[Pair]) -> "_Places":
        row = {person.id: number for number, person in enumerate(rows.people)}
        col = {person.id: number for number, person in enumerate(cols.people)}
        found = sorted(
            (row[one], col[other])
            for pair in pairs
            if len(pair) == 2
            for one, other in (tuple(pair), tuple(pair)[::-1])
            if one in row and other in col
        )
        places = np.array(found, dtype=np.int64).reshape(-1, 2)
        return _Places(places[:, 0], places[:, 1])

    def within(self, block: slice) -> tuple[Ints, Ints]:
        first, last = np.searchsorted(self.rows, [block.start, block.stop])
        return self.rows[first:last] - block.start, self.cols[first:last]
