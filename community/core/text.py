"""Text from people: what is taken in, and how it is made safe to show."""

import json
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
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


# What has none of these is shown as it is; `lib/markdown.ts` has the same expression.
_MARKS = re.compile(r"[*_`>\\]|\n\n|^ {0,3}(?:[-+]|\d{1,9}[.)])(?: |$)", re.MULTILINE)
_TAGS = {"p", "em", "strong", "code", "pre", "blockquote", "ul", "ol", "li", "a", "mark"}
_ATTRIBUTES = {"a": {"href", "rel", "target"}, "ol": {"start"}}


def has_marks(text: str) -> bool:
    """Whether anything in a text could be a mark for how it should look."""
    return _MARKS.search(text) is not None


def marked(text: str, name: str = "") -> Markup:
    """What somebody wrote, with its light marks made into elements, addresses into links, and `@name` brought out.

    Marks are CommonMark's emphasis, code, quotes and lists, and nothing else of it: no HTML, no pictures, and no link
    that shows other words than where it leads. Line ends stand as they were written. `lib/markdown.ts` draws the same.
    """
    if not has_marks(text):
        return Markup("<p>{}</p>").format(_words(text, name))
    drawn = _markdown().render(text, {"name": name}).strip()
    safe = nh3.clean(drawn, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes={"http", "https"}, link_rel=None)
    return Markup(safe)  # noqa: S704 - every text in it was escaped, and what is not on the list above was taken out


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    """CommonMark with a few of its rules. Every text goes through `_words`, which escapes it."""
    light = MarkdownIt("zero", {"html": False})
    light.enable(["list", "blockquote", "fence", "newline", "escape", "backticks", "emphasis"])
    light.renderer.rules["text"] = _text  # type: ignore[attr-defined]  # a dict at run time
    light.renderer.rules["softbreak"] = light.renderer.rules["hardbreak"] = _line_end  # type: ignore[attr-defined]
    light.renderer.rules["fence"] = _fence  # type: ignore[attr-defined]
    return light


def _text(tokens: Sequence[Token], place: int, _options: object, env: dict[str, Any]) -> str:
    return str(_words(tokens[place].content, env["name"]))


def _line_end(_tokens: Sequence[Token], _place: int, _options: object, _env: object) -> str:
    return "\n"


def _fence(tokens: Sequence[Token], place: int, _options: object, _env: object) -> str:
    return str(Markup("<pre><code>{}</code></pre>").format(tokens[place].content.removesuffix("\n")))


def _words(text: str, name: str) -> Markup:
    """Text with its addresses as links and `@name` brought out."""
    if not name or f"@{name}".casefold() not in text.casefold():
        return linked(text)
    parts = re.split(rf"(?<![\w@])(@{re.escape(name)})(?!\w)", text, flags=re.IGNORECASE)
    return Markup("").join(
        Markup("<mark>{}</mark>").format(part) if place % 2 else linked(part) for place, part in enumerate(parts)
    )
