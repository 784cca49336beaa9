"""Rules of handles, and when two look alike. Source: UTS 39 (Unicode Security Mechanisms)."""

import re
import unicodedata
from functools import cache

MIN_LENGTH = 2
MAX_LENGTH = 32
MAX_MARKS_IN_A_ROW = 3
ALLOWED = (
    "Use letters, numbers, spaces, dots, dashes or apostrophes from one alphabet. Start with a letter or a number."
)
KEPT = "This name is reserved for the people who run this place. Please choose another one."

_SIGNS = frozenset(" .'’-‐–_·・")
_NON_JOINER = "\u200c"
_JOINED_SCRIPTS = frozenset({"ARABIC", "SYRIAC", "DEVANAGARI", "BENGALI", "TAMIL", "TELUGU", "KANNADA", "MALAYALAM"})
_IGNORABLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_COMPOSED_SCRIPTS = frozenset({"LATIN", "GREEK", "CYRILLIC", "COMMON"})
_TOGETHER = (
    frozenset({"LATIN", "HAN", "HIRAGANA", "KATAKANA"}),
    frozenset({"LATIN", "HAN", "BOPOMOFO"}),
    frozenset({"LATIN", "HAN", "HANGUL"}),
)
_OFFICES = ("coordinator", "moderator", "admin", "administrator", "staff", "support", "system", "official")
_OFFICE_BEGINNINGS = ("coordinator", "moderator", "admin")
_KEPT_WHOLE = frozenset({"help", "helpnow", "crisis", "afterward", "mod", "mods", "team", "theteam"})
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("i", "l"), ("5", "s"))


def clean_handle(handle: str) -> str:
    """Return the handle as it is stored: compatibility forms as plain letters, and runs of blanks as single ones."""
    return re.sub(" +", " ", unicodedata.normalize("NFKC", handle)).strip(" ")


def handle_key(handle: str) -> str:
    """Return the handle as it is looked up: compatibility forms folded, without case, blanks and signs, marks kept."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", handle).casefold()).replace("i\u0307", "i")
    return "".join(character for character in folded if _is_letter(character) or character.isalnum())


def skeleton(handle: str) -> str:
    """Return the visual form of a handle: equal for those that a reader may take for one another, in any alphabet.

    At most 64 characters. Different names of one alphabet stay different except for l, I and 1, and o and 0.
    """
    plain = re.sub("(?<=[a-z])I", "l", unicodedata.normalize("NFKC", handle))
    plain = "".join(character if character.isascii() else _prototype(character) for character in plain)
    return "".join(_prototype(character).casefold() for character in handle_key(plain))[:64]


def broad_skeleton(handle: str) -> str:
    """Return a coarser skeleton, in which rn and m are equal too, for the names of staff and of offices."""
    broad = skeleton(handle)
    for looks_like, letter in _PAIRS:
        broad = broad.replace(looks_like, letter)
    return broad


def handle_problem(handle: str) -> str | None:
    """Return what is wrong with a cleaned handle, if anything."""
    if not MIN_LENGTH <= len(handle) <= MAX_LENGTH or not MIN_LENGTH <= len(handle_key(handle)) <= 64:
        return f"Use {MIN_LENGTH} to {MAX_LENGTH} characters."
    if not _is_spelled_right(handle) or not _is_of_one_alphabet(handle):
        return ALLOWED
    return KEPT if _is_kept(handle) else None


def _is_spelled_right(handle: str) -> bool:
    if not (handle[0].isalnum() and _is_allowed(handle[0])):
        return False
    marks, most = 0, MAX_MARKS_IN_A_ROW
    for place, character in enumerate(handle):
        if character == _NON_JOINER:
            if not _joins(handle, place):
                return False
            continue
        if not _is_allowed(character):
            return False
        if unicodedata.category(character).startswith("M"):
            marks += 1
        else:
            marks, most = 0, 1 if _script(character) in _COMPOSED_SCRIPTS else MAX_MARKS_IN_A_ROW
        if marks > most:
            return False
    return True


def _is_allowed(character: str) -> bool:
    return character in _SIGNS or (_is_letter(character) and not _IGNORABLE.match(character))


def _is_letter(character: str) -> bool:
    category = unicodedata.category(character)
    return (category[0] in "LM" and category != "Me") or category == "Nd"


def _joins(handle: str, place: int) -> bool:
    """Return whether a non-joiner is between two letters of a script that needs it."""
    around = handle[place - 1 : place] + handle[place + 1 : place + 2]
    return len(around) == 2 and all(_is_letter(one) and _script(one) in _JOINED_SCRIPTS for one in around)


def _is_of_one_alphabet(handle: str) -> bool:
    scripts = {_script(character) for character in handle} - {"COMMON", "INHERITED"}
    return len(scripts) <= 1 or any(scripts <= together for together in _TOGETHER)


def _is_kept(handle: str) -> bool:
    tokens = {broad_skeleton(word.strip("0123456789")) for word in re.split(r"[\W_]+", handle)}
    whole = broad_skeleton(re.sub(r"\d+$", "", handle))
    offices = {broad_skeleton(office) for office in _OFFICES}
    offices |= {f"{office}s" for office in offices}
    beginnings = tuple(broad_skeleton(office) for office in _OFFICE_BEGINNINGS)
    kept = {broad_skeleton(name) for name in _KEPT_WHOLE}
    if tokens & offices or whole in offices | kept:
        return True
    return whole.startswith(beginnings) or whole.endswith(beginnings)


@cache
def _script(character: str) -> str:
    from confusable_homoglyphs import categories

    return str(categories.alias(character))


def _prototype(character: str) -> str:
    return _prototypes().get(character, character)


@cache
def _prototypes() -> dict[str, str]:
    """Return the prototype of each letter: one for all that look like it, a small plain one if there is one."""
    from confusable_homoglyphs.confusables import confusables_data

    parents: dict[str, str] = {}

    def root(text: str) -> str:
        while parents.setdefault(text, text) != text:
            text = parents[text]
        return text

    for one, others in confusables_data.items():
        for other in others:
            if len(one) == len(other["c"]) == 1:
                parents[root(one)] = root(other["c"])
    groups: dict[str, list[str]] = {}
    for text in list(parents):
        groups.setdefault(root(text), []).append(text)
    found: dict[str, str] = {}
    for group in groups.values():
        first = min(
            group, key=lambda one: (not (one.isascii() and one.islower()), not one.isascii(), not one.isalpha(), one)
        )
        found.update(dict.fromkeys(group, first))
    return found


def _plainness(letter: str) -> tuple[bool, bool, bool, str]:
    is_small_plain = letter.isascii() and letter.islower()
    return not is_small_plain, not letter.isascii(), not letter.isalpha(), letter
