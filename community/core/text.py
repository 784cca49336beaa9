"""Safe rendering of text from people. `core.characters` cleans it before it is stored."""

import json
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, time
from functools import lru_cache
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape

from community.core import markdown, mentions
from community.core.characters import reads_from_right
from community.core.markdown import has_marks, hide, split, unhide

as_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""A value as JSON in as few characters as it takes, for frames."""


def linkify(text: str) -> Markup:
    """Return the text with its http and https addresses as links, and everything else escaped."""
    return _words(*hide(text), name="", names=())


def isolated(text: str) -> Markup:
    """Return a name or a title for one of our sentences, whose direction it must not change."""
    return Markup("<bdi>{}</bdi>").format(text) if reads_from_right(str(text)) else escape(text)


def ordinal(number: int) -> str:
    """Return a number as `1st`, `2nd`, `11th`."""
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


_TAGS = {"p", "em", "strong", "code", "pre", "blockquote", "ul", "ol", "li", "a", "mark"}
_ATTRIBUTES = {"a": {"href", "rel", "target"}, "ol": {"start"}, "*": {"dir"}}


def passages(text: str) -> Iterator[str]:
    """Yield the pieces of a text that are its author's own: without addresses, code and quoted lines."""
    hidden, addresses = hide(text)
    tokens = _markdown().parse(hidden, {}) if has_marks(text) else []
    pieces = [hidden]
    if any(token.content.strip() for token in tokens):
        spoken = (child for token in tokens for child in token.children or () if not child.meta.get("quoted"))
        pieces = [child.content for child in spoken if child.type == "text"]
    for piece in pieces:
        yield from (part for part, is_address in split(piece, addresses) if not is_address)


def render_markdown(text: str, name: str = "", names: Collection[str] = ()) -> Markup:
    """Return a message as HTML: its Markdown as elements, addresses as links, and `@name` highlighted.

    `names` are all names that the text was found to mention when it was written. `name` is highlighted only if it is
    one of them, and only where no longer one is written.

    Supported are CommonMark's emphasis, code, quotes and lists, and nothing else: no HTML, no pictures, and no link
    with other text than its address. A `*` inside a word and a `>` without a blank after it are plain text. Addresses
    are found before marks. Line ends are kept. `lib/markdown.ts` renders the same.
    """
    hidden, addresses = hide(text)
    light, env = _markdown(), {"name": name, "names": names, "addresses": addresses}
    tokens = light.parse(hidden, env) if has_marks(text) else []
    if not any(token.content.strip() for token in tokens):  # no marks, or marks around nothing
        return Markup('<p dir="auto">{}</p>').format(_words(hidden, addresses, name=name, names=names))
    for token in tokens:
        if token.level == 0 and token.nesting >= 0:
            token.attrSet("dir", "auto")  # what is inside reads as its block does, unless its own line says otherwise
    drawn = light.renderer.render(tokens, light.options, env).strip()
    safe = nh3.clean(drawn, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes={"http", "https"}, link_rel=None)
    return Markup(safe)  # noqa: S704 - every text in it was escaped, and what is not on the list above was taken out


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    """Return the parser with our renderer. Every text goes through `_words`, which escapes it."""
    light = markdown.parser()
    light.renderer.rules["text"] = _text  # type: ignore[attr-defined]  # a dict at run time
    light.renderer.rules["softbreak"] = light.renderer.rules["hardbreak"] = _line_end  # type: ignore[attr-defined]
    light.renderer.rules["fence"] = _fence  # type: ignore[attr-defined]
    light.renderer.rules["code_inline"] = _code  # type: ignore[attr-defined]
    return light


def _text(tokens: Sequence[Token], place: int, _options: object, env: dict[str, Any]) -> str:
    name = "" if tokens[place].meta.get("quoted") else env["name"]
    return str(_words(tokens[place].content, env["addresses"], name=name, names=env["names"]))


def _line_end(_tokens: Sequence[Token], _place: int, _options: object, _env: object) -> str:
    return "\n"


def _fence(tokens: Sequence[Token], place: int, _options: object, env: dict[str, Any]) -> str:
    code = unhide(tokens[place].content.removesuffix("\n"), env["addresses"])
    side = Markup(' dir="auto"') if tokens[place].attrGet("dir") else ""
    return str(Markup("<pre{}><code>{}</code></pre>").format(side, code))


def _code(tokens: Sequence[Token], place: int, _options: object, env: dict[str, Any]) -> str:
    return str(Markup("<code>{}</code>").format(unhide(tokens[place].content, env["addresses"])))


def _words(hidden: str, addresses: list[str], *, name: str, names: Collection[str]) -> Markup:
    """Return a text with its addresses as links and `@name` highlighted."""
    parts = (_link(part) if is_address else _called(part, name, names) for part, is_address in split(hidden, addresses))
    return Markup("").join(parts)


def _link(address: str) -> Markup:
    return Markup('<a href="{0}" rel="noopener noreferrer nofollow" target="_blank">{0}</a>').format(address)


def _called(text: str, name: str, names: Collection[str]) -> Markup:
    """Return a text without addresses and code, with `@name` highlighted."""
    if not name or "@" not in text:
        return escape(text)
    parts: list[Markup] = []
    last = 0
    for start, end in mentions.places(text, name, names):
        parts += [escape(text[last:start]), Markup("<mark>{}</mark>").format(text[start:end])]
        last = end
    return Markup("").join([*parts, escape(text[last:])])


def clock_text(wall_time: datetime | time) -> str:
    """Return a local time on a 12-hour clock: `7:00 pm`."""
    return wall_time.strftime("%-I:%M ") + wall_time.strftime("%p").lower()
