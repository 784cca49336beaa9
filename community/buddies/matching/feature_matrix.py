"""People as rows of numbers: one product of two matrices compares all of them, block by block."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date

import numpy as np
from numpy.typing import NDArray

from community.buddies.matching.candidate import (
    FAMILIES,
    GENDERS,
    LIFE_STAGES,
    MEETS,
    SPIRITUALITIES,
    WEEK_SLOTS,
    WORKS,
    Pair,
    Person,
    Tags,
    week,
)
from community.buddies.matching.native_solvers import Ints

MAX_TAGS = 256
_BLOCK_ROWS, _BLOCK_CELLS = 512, 4_000_000

Bits = NDArray[np.float32]
Grid = NDArray[np.bool_]


@dataclass(frozen=True)
class FeatureMatrix:
    """People in an order and their answers, a row each: 0 and 1 in float32, which makes products of rows counts."""

    people: Sequence[Person]
    languages: Bits
    pathways: Bits
    interests: Bits
    hours: Bits  # (people, 336) half hours of a UTC week
    wishes: Bits
    sayings: Bits  # in the columns of wishes
    ruled_out: Bits  # pathways their rules exclude
    ruled_in: Bits  # pathways they said, in the columns of ruled_out
    gender: NDArray[np.int8]  # 0 unsaid, then as in GENDERS
    accepts: Grid  # (people, genders)
    family: Bits  # as in FAMILIES
    stage: NDArray[np.int8]  # of these four 0 is unsaid
    work: NDArray[np.int8]
    spirituality: NDArray[np.int8]
    area: NDArray[np.int32]
    meets: NDArray[np.int8]  # as in MEETS
    months: NDArray[np.int32]
    least_months: NDArray[np.int32]

    def part(self, block: slice) -> "FeatureMatrix":
        """Return the people of a slice, without copying their answers."""
        rows = {entry.name: getattr(self, entry.name)[block] for entry in fields(self)}
        return FeatureMatrix(**rows)

    def some(self, numbers: Sequence[int]) -> "FeatureMatrix":
        """Return only these people, in this order."""
        chosen = np.array(numbers, dtype=np.int64)
        rows = {entry.name: getattr(self, entry.name)[chosen] for entry in fields(self) if entry.name != "people"}
        return FeatureMatrix(people=[self.people[number] for number in numbers], **rows)


def sides(*groups: Sequence[Person], on: date) -> tuple[FeatureMatrix, ...]:
    """Return the groups as sides that can be compared with each other, hours as they are in the week from `on`.

    Languages, hours, rules and wishes are complete. Of pathways and of interests, the 256 most common count.
    """
    everybody = [person for group in groups for person in group]
    languages = _columns([person.languages for person in everybody])
    pathways = _columns([person.pathways for person in everybody], max_columns=MAX_TAGS)
    interests = _columns([person.interests for person in everybody], max_columns=MAX_TAGS)
    wishes = _columns([_wished(person.prefers) for person in everybody], shared_by=1)
    excluded = _columns([person.excludes.pathways for person in everybody], shared_by=1)
    families = {family: column for column, family in enumerate(FAMILIES)}
    areas = {area: number for number, area in enumerate(sorted({person.area for person in everybody} - {""}), start=1)}
    return tuple(
        FeatureMatrix(
            people=group,
            languages=_bits([person.languages for person in group], languages),
            pathways=_bits([person.pathways for person in group], pathways),
            interests=_bits([person.interests for person in group], interests),
            hours=_hours(group, on),
            wishes=_bits([_wished(person.prefers) for person in group], wishes),
            sayings=_bits([_wished(person) for person in group], wishes),
            ruled_out=_bits([person.excludes.pathways for person in group], excluded),
            ruled_in=_bits([person.pathways for person in group], excluded),
            gender=np.array([("", *GENDERS).index(person.gender) for person in group], dtype=np.int8),
            accepts=np.array(
                [[person.accepts_gender(gender) for gender in ("", *GENDERS)] for person in group], dtype=bool
            ).reshape(len(group), 1 + len(GENDERS)),
            family=_bits([person.family for person in group], families),
            stage=_numbers([person.life_stage for person in group], ("", *LIFE_STAGES)),
            work=_numbers([person.work for person in group], ("", *WORKS)),
            spirituality=_numbers([person.spirituality for person in group], ("", *SPIRITUALITIES)),
            area=np.array([areas.get(person.area, 0) for person in group], dtype=np.int32),
            meets=_numbers([person.meets for person in group], MEETS),
            months=np.array([person.along_months for person in group], dtype=np.int32),
            least_months=np.array([person.least_months for person in group], dtype=np.int32),
        )
        for group in groups
    )


def _wished(tags: Tags | Person) -> set[str]:
    """Return pathways, interests and languages in one set. The same word in two fields is two wishes."""
    return {f"{name} {tag}" for name in ("pathways", "interests", "languages") for tag in getattr(tags, name)}


def _columns(sets: Iterable[Collection[str]], *, shared_by: int = 2, max_columns: int | None = None) -> dict[str, int]:
    """Return a column for each word that enough people said, or for the commonest ones if there is a limit."""
    counts = Counter(word for texts in sets for word in texts)
    chosen = sorted((word for word in counts if counts[word] >= shared_by), key=lambda word: (-counts[word], word))
    return {word: column for column, word in enumerate(chosen[:max_columns])}


def _bits(sets: Sequence[Collection[str]], columns: dict[str, int]) -> Bits:
    bits = np.zeros((len(sets), len(columns)), dtype=np.float32)
    for row, texts in enumerate(sets):
        bits[row, [columns[word] for word in texts if word in columns]] = 1
    return bits


def _numbers(said: Sequence[str], known: Sequence[str]) -> NDArray[np.int8]:
    places = {word: number for number, word in enumerate(known)}
    return np.array([places[word] for word in said], dtype=np.int8)


def _hours(group: Sequence[Person], on: date) -> Bits:
    masks = [week(person.availability, person.time_zone, on).to_bytes(WEEK_SLOTS // 8, "little") for person in group]
    rows = np.frombuffer(b"".join(masks), dtype=np.uint8).reshape(len(group), WEEK_SLOTS // 8)
    return np.unpackbits(rows, axis=1, bitorder="little").astype(np.float32)


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
