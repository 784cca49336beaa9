"""Selection of each person's best candidates from very many, in memory that grows with the edges only."""

import numpy as np
from numpy.typing import NDArray

from community.buddies.matching.native_solvers import Ints
from community.buddies.matching.objective import Edges

Grid32 = NDArray[np.int32]
Entries = tuple[Grid32, Grid32, Grid32]  # row, column, key

_DRAW_BITS = 20
_MIN_HELD = 2_000_000


class Shortlist:
    """Collects scores block by block and keeps all of them, or the best of every row and of every column.

    Scores are below 2**11; negative ones are no edge. Equal scores are drawn by the seed, differently for every pair,
    or all lists would hold the same people.
    """

    def __init__(self, rows: int, cols: int, *, max_kept: int | None, seed: int) -> None:
        chance = np.random.default_rng(seed % 2**64)  # no negative seeds there
        self._salts = [chance.integers(2**32, size=size, dtype=np.uint32) for size in (rows, cols)]
        self._max_kept = max_kept
        self._of_rows: list[Entries] = []
        self._of_cols: list[Entries] = []
        self._threshold = np.full(cols, -1, dtype=np.int32)  # the worst key a full column still holds

    def add(self, first: int, scores: Grid32) -> None:
        """Add the rows from `first` on, (rows, all columns)."""
        keys = self._keys(first, scores)
        if self._max_kept is None:
            self._of_rows.append(_entries(keys, keys >= 0, first))
            return
        self._of_rows.append(_entries(keys, self._best_of_rows(keys), first))
        self._of_cols.append(_entries(keys, keys > self._threshold, first))
        held = sum(len(rows) for rows, _, _ in self._of_cols)
        if held > max(_MIN_HELD, 3 * self._max_kept * len(self._threshold)):
            self._compact()

    def edges(self) -> Edges:
        """Return the edges kept: row, column, score, in that order, each pair once."""
        if self._max_kept is not None:
            self._compact()
        rows, cols, keys = _joined(self._of_rows + self._of_cols)
        width = len(self._threshold)
        pairs, where = np.unique(rows.astype(np.int64) * width + cols, return_index=True)
        score: Ints = (keys[where] >> _DRAW_BITS).astype(np.int64)
        return Edges(pairs // max(width, 1), pairs % max(width, 1), score)

    def _keys(self, first: int, scores: Grid32) -> Grid32:
        """Score in the high bits, a draw in the low ones; -1 where there is no edge."""
        rows, cols = self._salts[0][first : first + len(scores)], self._salts[1]
        draw = ((rows[:, None] ^ cols[None, :]) * np.uint32(0x9E3779B1)) >> np.uint32(32 - _DRAW_BITS)
        keys: Grid32 = np.where(scores < 0, np.int32(-1), (scores << _DRAW_BITS) | draw.astype(np.int32))
        return keys

    def _best_of_rows(self, keys: Grid32) -> NDArray[np.bool_]:
        assert self._max_kept is not None
        if keys.shape[1] <= self._max_kept:
            return keys >= 0
        worst = np.partition(keys, -self._max_kept, axis=1)[:, -self._max_kept]
        return (keys >= worst[:, None]) & (keys >= 0)

    def _compact(self) -> None:
        """Drop scores that are not among the best of their column, and remember the worst that is."""
        assert self._max_kept is not None
        rows, cols, keys = _joined(self._of_cols)
        order = np.lexsort((-keys, cols))
        rows, cols, keys = rows[order], cols[order], keys[order]
        rank = np.arange(len(cols)) - np.searchsorted(cols, cols)
        kept, last = rank < self._max_kept, rank == self._max_kept - 1
        self._threshold[cols[last]] = keys[last]
        self._of_cols = [(rows[kept], cols[kept], keys[kept])]


def _entries(keys: Grid32, chosen: NDArray[np.bool_], first: int) -> Entries:
    rows, cols = np.nonzero(chosen)
    return (rows + first).astype(np.int32), cols.astype(np.int32), keys[rows, cols]


def _joined(parts: list[Entries]) -> Entries:
    if not parts:
        nothing = np.zeros(0, dtype=np.int32)
        return nothing, nothing, nothing
    rows, cols, keys = (np.concatenate(part) for part in zip(*parts, strict=True))
    return rows, cols, keys
