"""Excerpts of messages that were found, with the words that matched.

The index holds folded words (`core/tokenizer.py`), so what matched is found again in the message by the same rules. It
is the same for both databases.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from community.core.tokenizer import Term, tokens

MAX_LENGTH = 220
LEAD_LENGTH = 60  # of the text before the first match

_PIECE = re.compile(r"\w+|[^\w\s]")


class ExcerptPart(NamedTuple):
    """A part of an excerpt, and whether it matched."""

    text: str
    is_match: bool


class _Token(NamedTuple):
    word: str
    start: int
    end: int


def excerpt(body: str, wanted: Sequence[Term]) -> tuple[ExcerptPart, ...]:
    """Return the part of a message around the first match, at most MAX_LENGTH characters and the ellipses."""
    spans = matching_spans(body, wanted)
    start = _start_of_excerpt(body, spans[0][0] if spans else 0)
    end = min(start + MAX_LENGTH, len(body))
    parts = [ExcerptPart("…", False)] if start else []
    place = start
    for span_start, span_end in spans:
        left, right = max(span_start, place), min(span_end, end)
        if left >= right:
            continue
        parts += [ExcerptPart(body[place:left], False), ExcerptPart(body[left:right], True)]
        place = right
    parts.append(ExcerptPart(body[place:end] + ("…" if end < len(body) else ""), False))
    return tuple(part for part in parts if part.text)


def matching_spans(body: str, wanted: Sequence[Term]) -> list[tuple[int, int]]:
    """Return the start and end of each match in a text, in order, without overlaps."""
    found = list(_tokens(body))
    spans: list[tuple[int, int]] = []
    for term in wanted:
        size = len(term.tokens)
        for place in range(len(found) - size + 1):
            row = found[place : place + size]
            if _matches([token.word for token in row], term):
                spans.append((row[0].start, row[-1].end))
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _tokens(body: str) -> Iterator[_Token]:
    """Yield the words of a text as they are indexed, each with its place."""
    for piece in _PIECE.finditer(body):
        found = tokens(piece.group())
        if len(found) == len(piece.group()) > 1:  # pairs of neighbors, and the last character
            for place, word in enumerate(found, piece.start()):
                yield _Token(word, place, min(place + len(word), piece.end()))
        else:
            for word in found:
                yield _Token(word, piece.start(), piece.end())


def _matches(found: Sequence[str], term: Term) -> bool:
    *first, last = term.tokens
    if list(found[:-1]) != first:
        return False
    return found[-1].startswith(last) if term.is_prefix else found[-1] == last


def _start_of_excerpt(body: str, first_match: int) -> int:
    if len(body) <= MAX_LENGTH or first_match <= LEAD_LENGTH:
        return 0
    start = first_match - LEAD_LENGTH
    space = body.find(" ", start, first_match)
    return space + 1 if space >= 0 else start
