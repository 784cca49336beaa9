"""Search tokenizer: one for every database, applied to what is stored and to what is typed.

Letters are compared without case, accents and compatibility forms. Signs separate words, so `coffee/tea`, `12.5` and
`wiki.example.org` are several words in a row, and typed like that they are searched for in a row. English words are
reduced to their stem. Scripts that are written without blanks (Chinese, Japanese, Thai, ...) are indexed as pairs of
neighboring characters, and the last character of a run by itself: any part of a run can be found. Pictures such as
emoji are words of their own.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from community.core.stemmer import stem

MAX_WORD_LENGTH = 64  # longer runs of letters are cut; PostgreSQL takes no word over 2,046 bytes
MAX_TERMS = 12

_PLAIN = re.compile(r"[a-z0-9]+")
_ACCENTS = re.compile("[\u0300-\u036f]")
_UNSEEN = re.compile(
    "[\u00ad\u034f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\u20e3\U0001f3fb-\U0001f3ff]"
)
_RUN_ON = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30fa\u30fc-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff\u3005\u3007]"
)
_TERM = re.compile(r'"([^"]+)"|([^\s"]+)')


@dataclass(frozen=True)
class Term:
    """Words to be found in a row. With `is_prefix` the last one is a prefix."""

    tokens: tuple[str, ...]
    is_prefix: bool = False


def tokens(text: str) -> list[str]:
    """Return the words of a text in order, as they are indexed."""
    found: list[str] = []
    for run in _runs(text):
        found += _pairs(run, is_open=False) if _RUN_ON.match(run) else _pieces(run)
    return found


def terms(typed: str) -> list[Term]:
    """Return the terms of a query: text without a blank, or in quotes, is found in a row; at most MAX_TERMS."""
    found = (_term(quoted or word) for quoted, word in _TERM.findall(typed))
    return [term for term in found if term.tokens][:MAX_TERMS]


def _term(text: str) -> Term:
    runs = list(_runs(text))
    found: list[str] = []
    for run in runs[:-1]:
        found += _pairs(run, is_open=False) if _RUN_ON.match(run) else _pieces(run)
    last = runs[-1] if runs else ""
    if last and _RUN_ON.match(last):  # the run may go on in the message
        return Term((*found, *_pairs(last, is_open=True)), is_prefix=len(last) == 1)
    return Term((*found, *_pieces(last)), is_prefix=len(last) > MAX_WORD_LENGTH)


def _runs(text: str) -> Iterator[str]:
    """Yield runs of letters and digits, runs of characters of scripts without blanks, and single pictures."""
    if text.isascii():
        yield from _PLAIN.findall(text.lower())
        return
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    text = unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFD", _UNSEEN.sub("", text))))
    run = ""
    for character in text:
        category = unicodedata.category(character)
        runs_on = _RUN_ON.match(character) is not None
        if category[0] in "LN" or (run and category[0] == "M"):
            if run and runs_on != (_RUN_ON.match(run[-1]) is not None) and category[0] != "M":
                yield run
                run = ""
            run += character
            continue
        if run:
            yield run
        run = ""
        if category == "So":
            yield character
    if run:
        yield run


def _pairs(run: str, *, is_open: bool) -> Sequence[str]:
    """Return each two neighbors, and the last character by itself unless the run may go on."""
    pairs = [run[place : place + 2] for place in range(len(run))]
    return pairs[:-1] if is_open and len(pairs) > 1 else pairs


def _pieces(run: str) -> Sequence[str]:
    if len(run) <= MAX_WORD_LENGTH:
        return [stem(run)] if run else []
    return [run[place : place + MAX_WORD_LENGTH] for place in range(0, len(run), MAX_WORD_LENGTH)]
