"""Text from people: what is taken in, and how it is made safe to show."""

import json
import re
import unicodedata

from markupsafe import Markup, escape

# C0 and C1 controls except tab and line feed, surrogates, and the marks that turn the direction of what follows.
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
_LINK = re.compile(r"https?://[^\s<>\"'`]+", re.IGNORECASE)
_TRAILING = ".,;:!?)]}"

as_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""A value as JSON in as few characters as it takes, for frames."""


def clean(text: str) -> str:
    """What a person wrote, as it is kept: NFC, plain line ends, no outer blanks.

    Raises ValueError for control characters and direction overrides.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if _FORBIDDEN.search(text):
        raise ValueError("It has characters that cannot be shown.")
    return text


def clean_line(text: str) -> str:
    """The same for one line: no line breaks or tabs either."""
    text = clean(text)
    if any(character in text for character in "\n\t\u2028\u2029"):
        raise ValueError("It has to be one line.")
    return text


def linked(text: str) -> Markup:
    """The text with its http and https addresses made into links; everything else is escaped."""
    parts: list[Markup] = []
    end = 0
    for found in _LINK.finditer(text):
        address = found.group().rstrip(_TRAILING)
        parts.append(escape(text[end : found.start()]))
        parts.append(Markup('<a href="{0}" rel="noopener noreferrer nofollow" target="_blank">{0}</a>').format(address))
        end = found.start() + len(address)
    parts.append(escape(text[end:]))
    return Markup("").join(parts)


def ordinal(number: int) -> str:
    """`1st`, `2nd`, `11th`."""
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
