"""The reading grade of sentences, by textstat's Flesch-Kincaid formula: years of school that a reader needs."""

import re
import sys
from collections.abc import Iterable
from types import ModuleType

# textstat 0.7.4 reads its word lists by pkg_resources, which setuptools no longer has. The formula needs no list.
sys.modules["pkg_resources"] = ModuleType("pkg_resources")
from textstat import textstat  # type: ignore[import-untyped]  # noqa: E402

del sys.modules["pkg_resources"]

MIN_WORDS = 5
SENTENCE = re.compile(r"[^.?!…]*[\w”’\")][.?!…]+(?=[\s”\")]|$)")


def full_sentences(texts: Iterable[str]) -> list[str]:
    """Return the sentences of five words and more that end like one."""
    found = (match.group().strip() for text in texts for match in SENTENCE.finditer(text))
    return [sentence for sentence in found if len(sentence.split()) >= MIN_WORDS]


def reading_grade(sentences: Iterable[str]) -> float:
    """Return the grade of these sentences together."""
    return float(textstat.flesch_kincaid_grade(" ".join(sentences)))
