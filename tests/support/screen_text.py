"""Texts that people read, taken from templates, scripts and Python modules without running them."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import Environment

ENVIRONMENT = Environment(autoescape=True)
INLINE = frozenset({"a", "abbr", "b", "bdi", "br", "code", "em", "i", "kbd", "mark", "small", "span", "strong", "time"})
SPOKEN = ("alt", "aria-label", "placeholder", "title")
SILENT = frozenset({"script", "style", "svg"})
# Comments, regular expressions and strings; only the last are texts.
TYPESCRIPT = re.compile(
    r"""//[^\n]* | /\*.*?\*/
    | (?<=[(=,:\[\s])/(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/
    | "(?:[^"\\\n]|\\.)*" | `(?:[^`\\\n]|\\.)*`""",
    re.DOTALL | re.VERBOSE,
)
EXPRESSION_IN_TEMPLATE = re.compile(r"\$\{[^}]*\}")


class Blocks(HTMLParser):
    """The text of each block of a page, and what attributes say to a screen reader."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[str] = [""]
        self._silent = 0
        self._after_end = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a block, unless the tag stands within a line."""
        self._silent += tag in SILENT
        # Two parts in a row without a blank between them stand on lines of their own.
        if tag not in INLINE or tag in ("br", "small") or ("class", "hint") in attrs or self._after_end:
            self.blocks.append("")
        spoken = [value for name, value in attrs if name in SPOKEN and value]
        if spoken:
            self.blocks = [*self.blocks[:-1], *spoken, self.blocks[-1]]

    def handle_endtag(self, tag: str) -> None:
        """End a block."""
        self._after_end = True
        self._silent -= tag in SILENT
        if tag not in INLINE:
            self.blocks.append("")

    def handle_data(self, data: str) -> None:
        """Add text to the block."""
        self._after_end = False
        if not self._silent:
            self.blocks[-1] += data


def template_blocks(source: str) -> list[str]:
    """Return the texts of a template: its blocks without expressions, and the sentences within expressions."""
    html, sentences, inside = "", [], False
    for _, kind, value in ENVIRONMENT.lex(source):
        if kind == "data":
            # A word goes on across `{% if %}`: "meetup{% if many %}s{% endif %}".
            html += value if html[-1:].isalpha() and value[:1].isalpha() else f" {value}" if inside else value
            inside = False
        elif kind.endswith("_begin"):
            inside = True
        elif kind == "string" and " " in value:
            sentences.append(ast.literal_eval(value))
    parser = Blocks()
    parser.feed(html)
    parser.close()
    return [text for text in (" ".join(block.split()) for block in [*parser.blocks, *sentences]) if text]


def script_strings(source: str) -> list[str]:
    """Return the strings of a TypeScript module that hold several words."""
    strings = [found[1:-1] for found in TYPESCRIPT.findall(source) if found[0] in '"`']
    return [text for text in (EXPRESSION_IN_TEMPLATE.sub("", string) for string in strings) if " " in text.strip()]


def python_strings(source: str, *, docstrings: bool) -> list[str]:
    """Return the strings of a Python module that hold several words. `docstrings`: of endpoints too."""
    tree = ast.parse(source)
    return [text for text in _python_strings(tree, docstrings=docstrings) if " " in text.strip()]


def _python_strings(tree: ast.Module, *, docstrings: bool) -> Iterator[str]:
    described = dict(_docstrings(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            owner = described.get(id(node))
            if owner is None or (docstrings and isinstance(owner, ast.FunctionDef) and owner.decorator_list):
                yield node.value


def _docstrings(tree: ast.Module) -> Iterator[tuple[int, ast.AST]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr):
                yield id(first.value), node


def texts_of(path: Path) -> list[str]:
    """Return the texts of a file that people may read."""
    source = path.read_text()
    if path.suffix == ".py":
        shows = path.name in ("api.py", "cli.py", "commands.py") or path.parent.name in ("api", "commands")
        return python_strings(source, docstrings=shows)
    if path.suffix == ".ts":
        return script_strings(source)
    if path.suffix == ".txt":
        return [line for block in template_blocks(source) for line in block.splitlines()]
    return template_blocks(source)
