"""The largest number of pairs in a general graph, and the people who ought to have one, exactly and at any size."""

from collections.abc import Callable, Sequence

_UNSEEN, _OUTER, _INNER = 0, 1, 2


def max_cardinality_matching(
    mates: list[int], neighbours: Callable[[int], list[int]], waiting: Sequence[int]
) -> list[int]:
    """Change `mates` in place (partner or -1) until it has most pairs and, among those, most waiting days in pairs.

    Returns the people who may stay single in some such matching, including those who do. All others are in each of
    them. The sets of people that pairs can cover are the independent sets of a matroid, so giving the longest waiting a
    place first, by a longer path or in the place of a person who waited less, is optimal. A search that fails leaves
    its tree out of all later ones: O((k + 1) m) for k changes and m edges. Sources: J. Edmonds, Canad. J. Math. 17
    (1965), 449-467; H. N. Gabow, J. ACM 23 (1976), 221-234 (union-find); J. Edmonds & D. R. Fulkerson, J. Res. NBS 69B
    (1965), 147-153 (the matroid).
    """
    forest = _Forest(mates, neighbours, waiting)
    for root in sorted(range(len(mates)), key=lambda vertex: (-waiting[vertex], vertex)):
        if mates[root] < 0 and forest.label[root] == _UNSEEN:
            forest.grow(root)
    return sorted(forest.may_stay_single)


class _Forest:
    """Alternating trees: `via` leads from a vertex one step back to its root, `base` names its blossom."""

    def __init__(self, mates: list[int], neighbours: Callable[[int], list[int]], waiting: Sequence[int]) -> None:
        self.mates, self.neighbours, self.waiting = mates, neighbours, waiting
        self.may_stay_single: set[int] = set()
        self.base = list(range(len(mates)))
        self.via = [-1] * len(mates)
        self.label = bytearray(len(mates))
        self.stamps = [0] * len(mates)
        self.stamp = 0

    def grow(self, root: int) -> None:
        """Give a single person a partner, or the place of a person who waited less, or leave them their tree."""
        self.seen = [root]
        self.queue = [root]
        self.label[root] = _OUTER
        end = self._search()
        if end < 0:
            briefest = min(self.queue, key=lambda vertex: (self.waiting[vertex], vertex))
            if self.waiting[briefest] == self.waiting[root]:
                self.may_stay_single.update(v for v in self.queue if self.waiting[v] == self.waiting[root])
                return
            end, self.mates[briefest] = self.mates[briefest], -1
        self._take(end)
        for vertex in self.seen:
            self.base[vertex], self.via[vertex], self.label[vertex] = vertex, -1, _UNSEEN

    def _search(self) -> int:
        for vertex in self.queue:  # grows while we walk it
            for other in self.neighbours(vertex):
                if self.label[other] == _UNSEEN:
                    self.via[other] = vertex
                    self.seen.append(other)
                    if self.mates[other] < 0:
                        return other
                    self._reach(other)
                elif self.label[other] == _OUTER and self._blossom_of(other) != self._blossom_of(vertex):
                    common = self._common(vertex, other)
                    self._shrink(vertex, other, common)
                    self._shrink(other, vertex, common)
        return -1

    def _reach(self, inner: int) -> None:
        outer = self.mates[inner]
        self.label[inner], self.label[outer] = _INNER, _OUTER
        self.seen.append(outer)
        self.queue.append(outer)

    def _blossom_of(self, vertex: int) -> int:
        root = vertex
        while self.base[root] != root:
            root = self.base[root]
        while self.base[vertex] != root:
            self.base[vertex], vertex = root, self.base[vertex]
        return root

    def _common(self, one: int, other: int) -> int:
        """Return the nearest blossom on both ways back to the root."""
        self.stamp += 1
        while True:
            if one >= 0:
                one = self._blossom_of(one)
                if self.stamps[one] == self.stamp:
                    return one
                self.stamps[one] = self.stamp
                one = self.via[self.mates[one]] if self.mates[one] >= 0 else -1
            one, other = other, one

    def _shrink(self, vertex: int, across: int, common: int) -> None:
        """Fold the way from a vertex back to `common` into one blossom; `across` is the edge that closed it."""
        while self._blossom_of(vertex) != common:
            self.via[vertex] = across
            across = self.mates[vertex]
            if self.label[across] == _INNER:
                self.label[across] = _OUTER
                self.queue.append(across)
            for folded in (vertex, across):
                if self.base[folded] == folded:
                    self.base[folded] = common
            vertex = self.via[across]

    def _take(self, end: int) -> None:
        while end >= 0:
            before = self.via[end]
            following = self.mates[before]
            self.mates[end], self.mates[before] = before, end
            end = following
