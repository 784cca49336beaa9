"""English stemmer, by Porter's algorithm.

Source: M. F. Porter, An algorithm for suffix stripping, Program 14(3), 1980.
"""

import re
from functools import lru_cache

_WORD = re.compile(r"[a-z]{3,}")
_MEASURE = re.compile(r"[aeiouV]+[^aeiouV]+")
_DOUBLE = re.compile(r"([^aeioulsz])\1$")
_SHORT = re.compile(r"(?:^|[^aeiouV])[aeiouV][^aeiouVwxy]$")
_STEP_2 = (
    ("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("izer", "ize"), ("abli", "able"),
    ("alli", "al"), ("entli", "ent"), ("eli", "e"), ("ousli", "ous"), ("ization", "ize"), ("ation", "ate"),
    ("ator", "ate"), ("alism", "al"), ("iveness", "ive"), ("fulness", "ful"), ("ousness", "ous"), ("aliti", "al"),
    ("iviti", "ive"), ("biliti", "ble"),
)  # fmt: skip
_STEP_3 = (
    ("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"), ("ful", ""), ("ness", ""),
)  # fmt: skip
_STEP_4 = (
    "ement", "ance", "ence", "able", "ible", "ment", "sion", "tion", "ant", "ent", "ism", "ate", "iti", "ous", "ive",
    "ize", "al", "er", "ic", "ou",
)  # fmt: skip


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Return the stem of a lower-case word; anything but three or more letters a to z is returned as it is."""
    if not _WORD.fullmatch(word):
        return word
    for step in (_plurals, _past, _y_to_i, _double_suffixes, _suffixes, _last_suffix, _last_letters):
        word = step(word)
    return word


def _shape(word: str) -> str:
    """Return the word with each `y` that is a vowel as V."""
    shape = ""
    for letter in word:
        shape += "V" if letter == "y" and shape and shape[-1] not in "aeiouV" else letter
    return shape


def _measure(word: str) -> int:
    return len(_MEASURE.findall(_shape(word)))


def _has_vowel(word: str) -> bool:
    return any(letter in "aeiouV" for letter in _shape(word))


def _plurals(word: str) -> str:
    if word.endswith(("sses", "ies")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def _past(word: str) -> str:
    if word.endswith("eed"):
        return word[:-1] if _measure(word[:-3]) > 0 else word
    rest = word[:-2] if word.endswith("ed") else word[:-3] if word.endswith("ing") else ""
    if not rest or not _has_vowel(rest):
        return word
    if rest.endswith(("at", "bl", "iz")):
        return f"{rest}e"
    if _DOUBLE.search(rest):
        return rest[:-1]
    return f"{rest}e" if _measure(rest) == 1 and _SHORT.search(_shape(rest)) else rest


def _y_to_i(word: str) -> str:
    return f"{word[:-1]}i" if word.endswith("y") and _has_vowel(word[:-1]) else word


def _double_suffixes(word: str) -> str:
    return _replace(word, _STEP_2)


def _suffixes(word: str) -> str:
    return _replace(word, _STEP_3)


def _replace(word: str, pairs: tuple[tuple[str, str], ...]) -> str:
    for suffix, other in pairs:
        if word.endswith(suffix):
            rest = word[: -len(suffix)]
            return rest + other if _measure(rest) > 0 else word
    return word


def _last_suffix(word: str) -> str:
    for suffix in _STEP_4:
        if word.endswith(suffix):
            rest = word[: -len(suffix)] + (suffix[0] if suffix in ("sion", "tion") else "")
            return rest if _measure(rest) > 1 else word
    return word


def _last_letters(word: str) -> str:
    if word.endswith("e"):
        rest = word[:-1]
        measure = _measure(rest)
        if measure > 1 or (measure == 1 and not _SHORT.search(_shape(rest))):
            word = rest
    return word[:-1] if word.endswith("ll") and _measure(word[:-1]) > 1 else word
