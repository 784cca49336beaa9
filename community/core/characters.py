"""Cleaning of text from people before it is stored: invisible characters, direction marks, and empty text."""

import re
import unicodedata

# Default_Ignorable_Code_Point (Unicode 16, DerivedCoreProperties.txt), annotation marks, and blank letters: Braille
# blank, null notehead, Khitan filler, blank hieroglyphs.
_UNSEEN = (
    r"\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f"
    r"\ufeff\uffa0\ufff0-\ufffb\U00013441\U00013442\U00016fe4\U0001bca0-\U0001bca3\U0001d159\U0001d173-\U0001d17a"
    r"\U000e0000-\U000e0fff"
)
_INVISIBLE = re.compile(f"[{_UNSEEN}]")
_SEEN = re.compile(rf"[^\s\x00-\x1f\x7f-\x9f{_UNSEEN}]")

_REFUSED = re.compile("[\x00\ud800-\udfff]")
_LINE_END = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_PASTED_LINE_END = re.compile("[\x0b\x0c\x85\u2028\u2029]+")
# Other controls, deprecated format characters and noncharacters.
_DROPPED = re.compile(
    "[\x01-\x08\x0e-\x1f\x7f-\x9f\u206a-\u206f\ufdd0-\ufdef\ufff9-\ufffb\ufffe\uffff"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000))
    + "]"
)
# A flag of England, Scotland or Wales is spelled in tags; anywhere else they show nothing and can hide words.
_TAGS = re.compile("(\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f)|[\U000e0000-\U000e007f]")
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
_ISOLATES = {"\u202a": "\u2066", "\u202b": "\u2067", "\u2066": "\u2066", "\u2067": "\u2067", "\u2068": "\u2068"}
_OVERRIDES = "\u202d\u202e"
_ENDS = "\u202c\u2069"


def shows_something(text: str) -> bool:
    """Return whether a reader sees anything of a text."""
    return _SEEN.search(text) is not None


def reads_from_right(text: str) -> bool:
    """Return whether a text has right-to-left letters."""
    return _RIGHT_TO_LEFT.search(text) is not None


def without_unseen(text: str) -> str:
    """Return a text without invisible characters and outer blanks, for addresses and numbers."""
    return _INVISIBLE.sub("", text).strip()


def clean(text: str) -> str:
    r"""Return text as it is stored: NFC, `\n` for every line end, and nothing that cannot be shown.

    Marks of direction are kept only on lines with right-to-left letters, where they change what is read, and end with
    their line. Text that shows nothing becomes empty. Raises ValueError for NUL and lone surrogates.
    """
    if text.isascii() and text.isprintable():
        return text.strip()
    if _REFUSED.search(text):
        raise ValueError("This has characters we can't show.")
    text = _DROPPED.sub("", _LINE_END.sub("\n", text))
    text = _TAGS.sub(lambda found: found.group(1) or "", text)
    if _DIRECTION.search(text):
        text = "\n".join(_directed(line) for line in text.split("\n"))
    text = unicodedata.normalize("NFC", text).strip()
    return text if shows_something(text) else ""


def clean_line(text: str) -> str:
    """Return one line as it is stored. Line ends that keyboards do not have become blanks; marks of direction go.

    Raises ValueError for tabs and other line ends, NUL and lone surrogates.
    """
    line = _DIRECTION.sub("", _PASTED_LINE_END.sub(" ", text)).strip()
    if any(character in line for character in "\n\r\t"):
        raise ValueError("Use one line only.")
    return clean(line)


def _directed(line: str) -> str:
    """Return a line whose marks of direction are isolates, each of them closed; overrides are dropped."""
    if not reads_from_right(line):
        return _DIRECTION.sub("", line)
    parts: list[str] = []
    open_marks: list[str] = []
    for character in line:
        if character in _ISOLATES:
            open_marks.append("\u2069")
            parts.append(_ISOLATES[character])
        elif character in _OVERRIDES:
            open_marks.append("")
        elif character in _ENDS:
            parts.append(open_marks.pop() if open_marks else "")
        else:
            parts.append(character)
    return "".join(parts + open_marks[::-1])
