"""Addresses and marks in what members write; the live page runs through the same table (tests/static/text.test.ts)."""

import json
import random
import re
import subprocess
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest

from community.core.links import find
from community.core.text import linkify, render_markdown
from tests.support.service import ROOT

CASES: dict[str, list[dict[str, Any]]] = json.loads((ROOT / "tests" / "static" / "text-cases.json").read_text())


@pytest.mark.parametrize("case", CASES["links"], ids=lambda case: ascii(case["text"]))
def test_ben_reaches_the_address_that_ada_wrote(case: dict[str, Any]) -> None:
    """X1: an address ends where its reader would end it, and what is shown is where it leads."""
    text = case["text"]
    assert [text[start:end] for start, end in find(text)] == case["links"]
    for drawn in (str(linkify(text)), str(render_markdown(text))):
        shown = re.findall(r'<a href="([^"]*)"[^>]*>([^<]*)</a>', drawn)
        assert [href for href, _ in shown] == [words for _, words in shown]
        assert drawn.count("<a ") == len(shown)


@pytest.mark.parametrize("case", CASES["marks"], ids=lambda case: ascii(case["text"]))
def test_ben_sees_the_marks_as_they_were_meant(case: dict[str, Any]) -> None:
    """X1, X22: addresses are no marks, `*` inside a word and `>` before a word are none either."""
    assert re.sub(r">\n+<", "><", str(render_markdown(case["text"], "Ben", ["Ben"]))) == case["html"]


WORST = (
    "https://",
    "https://a",
    "https://a)",
    "https://a/(",
    "https://a@",
    "https://a😀",
    "https://é.",
    "https://a/,https://",
    "https://a/x* *",
    "😀",
    "*a ",
    "*中",
    "_a*",
    "`",
    "` `` ",
    "\\*",
    ">",
    "> ",
    "\n ",
    "\n \t",
    "- ",
    "@Ben",
    "[",
)


@pytest.mark.prove
@pytest.mark.parametrize("part", WORST, ids=ascii)
def test_the_longest_message_is_drawn_at_once(part: str) -> None:
    """X1: no message keeps a process busy. Eight times the length takes about eight times as long."""

    def seconds(length: int) -> float:
        text = ("https://" + part * length)[:length]
        times = []
        for _ in range(5):
            start = perf_counter()
            find(text)
            times.append(perf_counter() - start)
        return min(times)

    assert seconds(4_000) < 0.1
    assert seconds(32_000) < max(0.2, 24 * seconds(4_000))  # 64 times, were it quadratic
    start = perf_counter()
    render_markdown((part * 4_000)[:4_000], "Ben", ["Ben"])
    assert perf_counter() - start < 1


PIECES = (
    "https:// http:// e.org /a _ __ * ** *** ` `` > - 1. ( ) [ ] “ ” 。 中 한 😀 ❤️ é x 2 \\ . , ! ' : "
    "@Ben @ # % … ’ – ש"
)


@pytest.mark.prove
def test_server_and_page_draw_the_same_of_anything(tmp_path: Path) -> None:
    """X1, X22: 5,000 texts of what is hard about marks and addresses; at most one in a thousand differs.

    The parsers themselves differ in empty items of lists that follow a paragraph.
    """
    pieces = [*PIECES.split(), " ", " ", "\n", "\n\n", "> ", "- ", "* ", "1. "]
    chance = random.Random(1)
    texts = ["".join(chance.choices(pieces, k=chance.randint(2, 14))).strip() or "x" for _ in range(5_000)]
    script = tmp_path / "draw.mjs"
    build = [ROOT / "node_modules/.bin/esbuild", ROOT / "tests/support/draw.ts", "--bundle", "--platform=node"]
    subprocess.run([*build, "--format=esm", f"--outfile={script}", "--log-level=warning"], check=True)
    drawn = subprocess.run(["node", script], input=json.dumps(texts), capture_output=True, text=True, check=True).stdout
    differ = []
    for text, (links, html) in zip(texts, json.loads(drawn), strict=True):
        assert [text[start:end] for start, end in find(text)] == links, text
        if as_one_line(str(render_markdown(text, "Ben"))) != as_one_line(html):
            differ.append(text)
    assert len(differ) <= 5, differ


def as_one_line(html: str) -> str:
    """HTML without what is the same to a reader: blank lines between blocks, and how quotation marks are escaped."""
    html = re.sub(r">\n+<", "><", html.replace("&#39;", "'").replace("&#34;", '"'))
    return re.sub(r"\n+(?=<[uo]l|</li|<blockquote|<pre|<p)", "", html)
