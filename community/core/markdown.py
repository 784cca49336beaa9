"""Markdown of messages: a part of CommonMark, with rules that the live page's parser follows as well.

Addresses are taken out before parsing and put back when rendered, because no mark inside one may be read.
"""

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Delimiter

from community.core import links

_ADDRESS_PLACE = re.compile("\ufdd0([0-9]+)\ufdd1")
_QUOTE_PLACE = "\ufdd2"
_PLACES = re.compile("[\ufdd0-\ufdd2]")
_QUOTED_LINE = re.compile(r"\s*(?:(?:[-+*]|\d{1,9}[.)])\s+)*>")
_ANGLES = re.compile(r"(?<!\\)>+")

# What has none of these is shown as it is; `lib/markdown.ts` has the same expressions.
_MARKS = re.compile(r"[*_`>\\]|~~~|\n\n|^ {0,3}(?:[-+]|\d{1,9}[.)])(?: |$)", re.MULTILINE)
_CONTAINER = re.compile(r"[ \t]*(?:>|(?:[-+*]|[0-9]{1,9}[.)])(?=[ \t]|$))")
_MAX_DEPTH = 8


def has_marks(text: str) -> bool:
    """Return whether a text may contain Markdown."""
    return _MARKS.search(text) is not None and not any(_is_deep(line) for line in text.split("\n"))


def _is_deep(line: str) -> bool:
    """Return whether quotes and lists may be nested deeper than parsers and readers follow."""
    place = depth = 0
    while found := _CONTAINER.match(line, place):
        place = found.end()
        depth += 1
    indent = len(line) - len(line.lstrip(" \t")) + 3 * (len(line) - len(line.lstrip("\t")))
    return depth > 0 and depth + indent // 2 > _MAX_DEPTH


def parser() -> MarkdownIt:
    """Return a parser for emphasis, code, quotes and lists. Its own rendering of text is not safe."""
    light = MarkdownIt("zero", {"html": False})
    light.enable(["list", "blockquote", "fence", "newline", "escape", "backticks", "emphasis"])
    light.inline.ruler.at("emphasis", _emphasis)
    light.core.ruler.push("quoted", _note_quoted)
    return light


def hide(text: str) -> tuple[str, list[str]]:
    """Return a text for the Markdown parser, with placeholders for its addresses, and the addresses.

    A `>` with no blank after it is hidden too: `>90 days` is no quotation. Placeholders are noncharacters, which no
    text has (`clean` drops them).
    """
    text = _PLACES.sub("", text)
    parts: list[str] = []
    addresses: list[str] = []
    end = 0
    for start, stop in links.find(text):
        parts += [text[end:start], f"\ufdd0{len(addresses)}\ufdd1"]
        addresses.append(text[start:stop])
        end = stop
    parts.append(text[end:])
    return _ANGLES.sub(_hide_angles, "".join(parts)), addresses


def _hide_angles(run: re.Match[str]) -> str:
    if run.string[run.end() : run.end() + 1] in ("", " ", "\t", "\n"):
        return run.group()
    return _QUOTE_PLACE * len(run.group())


def split(hidden: str, addresses: list[str]) -> Iterator[tuple[str, bool]]:
    """Yield the parts of a hidden text as they were written, and whether each is an address."""
    for place, part in enumerate(_ADDRESS_PLACE.split(hidden)):
        if place % 2:
            yield addresses[int(part)], True
        elif part:
            yield part.replace(_QUOTE_PLACE, ">"), False


def unhide(hidden: str, addresses: list[str]) -> str:
    """Return a hidden text as it was written."""
    return "".join(part for part, _ in split(hidden, addresses))


def _note_quoted(state: StateCore) -> None:
    """Note on each piece of text whether its line is a quoted one.

    CommonMark draws a line right below a quotation as part of it; its author did not quote it.
    """
    depth, lines = 0, state.src.split("\n")
    for token in state.tokens:
        depth += token.nesting if token.type.startswith("blockquote") else 0
        line = token.map[0] if token.map else 0
        for child in token.children or ():
            if child.type in ("softbreak", "hardbreak"):
                line += 1
            elif depth and child.type == "text":
                child.meta["quoted"] = line >= len(lines) or _QUOTED_LINE.match(lines[line]) is not None


def _emphasis(state: StateInline, silent: bool) -> bool:
    """Add a run of `*` or `_` to the delimiters, as markdown-it's own rule does, by `links.emphasis`."""
    marker = state.src[state.pos]
    if silent or marker not in "*_":
        return False
    end = state.pos
    while state.src[end : end + 1] == marker:
        end += 1
    length = end - state.pos
    if state.env.get("run_in") is not state:  # another paragraph
        state.env.update(run_in=state, open_marks={})
    before, after = state.src[max(state.pos - 1, 0) : state.pos], state.src[end : end + 1]
    opens, closes = links.emphasis(before, after, length, state.env["open_marks"], marker)
    for _ in range(length):
        token = state.push("text", "", 0)
        token.content = marker
        place = len(state.tokens) - 1
        state.delimiters.append(Delimiter(ord(marker), length, place, end=-1, open=opens, close=closes))
    state.pos = end
    return True
