"""Mentions: where a name after an `@` may begin and end in a text, and which of several names is written there.

The functions know text only, without web addresses and code. Callers say who is called what. A name is compared as
`fold` gives it: letter case, compatibility forms, kinds of apostrophes and dashes and runs of blanks do not matter;
blanks and signs themselves do, so `@nehim, an idea` is not `nehiman`. `lib/mentions.ts` does the same in the browser.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator

MAX_NAME_LENGTH = 40  # as typed; a handle has at most 32 characters

_APOSTROPHES = "\u2018\u2019\u02bc\u00b4`"
_DASHES = "\u2010\u2011\u2012\u2013\u2014"
_ALIKE = str.maketrans(dict.fromkeys(_APOSTROPHES, "'") | dict.fromkeys(_DASHES, "-"))
_JOINERS = "\u200c\u200d"
_INSIDE_ADDRESS = "@/\\=&?#%"
_ADDRESS_SIGNS = ".!$'*+-^`{|}~"
_DOMAIN = re.compile(r"[^\W_][\w-]*(?:\.[\w-]+)+")
MAX_LOCAL_PART = 64


def fold(name: str) -> str:
    """Return the name in the form in which names are compared."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return " ".join(folded.translate(_ALIKE).split())


def openings(text: str) -> Iterator[int]:
    """Yield each position right after an `@` where a name may begin, in order: none inside an e-mail address.

    Linear in the length of the text.
    """
    at = text.find("@")
    while at >= 0:
        if _may_open(text, at):
            yield at + 1
        at = text.find("@", at + 1)


def endings(text: str, start: int) -> Iterator[int]:
    """Yield each position where a name that begins at `start` may end, the furthest first.

    A name ends at the edge of a word, before a line end and before the next `@`.
    """
    stop = min(len(text), start + MAX_NAME_LENGTH)
    for sign in "@\n":
        found = text.find(sign, start, stop)
        stop = stop if found < 0 else found
    for end in range(stop, start, -1):
        last, following = text[end - 1], text[end : end + 1]
        if last.isspace() or (is_word(last) and is_word(following)):
            continue
        if following == "@" and _DOMAIN.match(text, end + 1):  # `@name@server.example` is an address elsewhere
            continue
        yield end


def places(text: str, name: str, names: Collection[str]) -> Iterator[tuple[int, int]]:
    """Yield the spans where `name` is written with its `@`, when the text may name all of `names`.

    At each place the longest of the names that is written there counts, and no other.
    """
    wanted, everybody = fold(name), {fold(one) for one in names}
    if wanted not in everybody:
        return
    for start in openings(text):
        for end in endings(text, start):
            written = fold(text[start:end])
            if written in everybody:
                if written == wanted:
                    yield start - 1, end
                break


def is_word(character: str) -> bool:
    """Return whether a character is part of a word in any script; marks and joiners belong to what they follow."""
    if not character:
        return False
    return (
        character.isalnum()
        or character == "_"
        or character in _JOINERS
        or unicodedata.category(character).startswith("M")
    )


def _may_open(text: str, at: int) -> bool:
    if not is_word(text[at + 1 : at + 2]):
        return False
    before = text[at - 1 : at]
    if is_word(before) or (before and before in _INSIDE_ADDRESS):
        return False
    return not (before and before in _ADDRESS_SIGNS and _is_email(text, at))


def _is_email(text: str, at: int) -> bool:
    """Return whether the `@` after a sign is part of an e-mail address, as in `first.-@example.org`."""
    begin = at
    while begin > max(0, at - MAX_LOCAL_PART) and (is_word(text[begin - 1]) or text[begin - 1] in _ADDRESS_SIGNS):
        begin -= 1
    return any(is_word(character) for character in text[begin:at]) and _DOMAIN.match(text, at + 1) is not None
