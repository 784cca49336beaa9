"""Positions of named pairs in a grid of people, and the blocks in which such a grid is read."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from community.buddies.matching.candidate import Pair
from community.buddies.matching.feature_matrix import FeatureMatrix
from community.buddies.matching.native_solvers import Ints

_BLOCK_ROWS, _BLOCK_CELLS = 512, 4_000_000


def blocks(rows: int, cols: int) -> list[slice]:
    """Return parts of the rows that keep a grid of them and all columns small."""
    height = max(1, min(_BLOCK_ROWS, _BLOCK_CELLS // max(cols, 1)))
    return [slice(first, min(first + height, rows)) for first in range(0, rows, height)]


@dataclass(frozen=True)
class PairIndex:
    """Positions of named pairs in the grid, sorted by row. Among peers, both ways round."""

    rows: Ints
    cols: Ints

    @staticmethod
    def of(rows: FeatureMatrix, cols: FeatureMatrix, pairs: Iterable[Pair]) -> "PairIndex":
        """Return the positions of the pairs of which one is a row and the other a column."""
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
        return PairIndex(places[:, 0], places[:, 1])

    def within(self, block: slice) -> tuple[Ints, Ints]:
        """Return row, counted from the block's first, and column of the pairs in a block of rows."""
        first, last = np.searchsorted(self.rows, [block.start, block.stop])
        return self.rows[first:last] - block.start, self.cols[first:last]
