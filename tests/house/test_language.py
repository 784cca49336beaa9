"""One language: no name made of a metaphor, docstrings that stand alone, commits that say what they do."""

import ast
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "community").rglob("*.py"))

# Words that no name is made of, with the word to use. `docs/glossary.md` has the terms.
BANNED = {
    "apart": "blocked, no_contact, in_background",
    "bell": "pubsub",
    "climb": "escalate",
    "climbing": "escalation",
    "door": "endpoint, room_access, escort",
    "doors": "endpoints",
    "fewest": "min",
    "heard": "received",
    "hears": "recipients",
    "ladder": "escalation",
    "longest": "max",
    "look": "ctx, peek, refresh, access",
    "looked": "viewed, reviewed",
    "looker": "viewer",
    "looking": "viewing",
    "looks": "views, checks",
    "most": "max",
    "nobody": "no_one, none",
    "reseal": "reencrypt",
    "ring": "publish, notify",
    "rung": "notified",
    "seal": "encrypt",
    "sealed": "encrypted",
    "sealer": "cipher",
    "sealing": "encryption",
    "seals": "encrypts",
    "shortest": "min",
    "somebody": "member, someone",
    "tell": "notify, log",
    "telling": "notifying",
    "tells": "shared_with, notifies",
    "told": "notified",
    "unheard": "unread",
    "whoever": "member",
    "whom": "recipient, responder",
    "words": "text, label",
}

# Names that stay although they hold such a word, each with the reason.
ALLOWED: dict[str, str] = {
    "DANGER_WORDS": "quota of messages with words of danger",
    "_CONTEXT_WORDS": "passwords: words that are easy to guess here",
    "_COUNTED_WORDS": "passwords: words that count as one",
    "_index_words": "search: index the words of messages",
    "_ring": "a ring of keys, newest first",
    "_words": "words of a text",
    "door": "JSON name of a newcomer's step: being met at a meetup",
    "longest": "JSON name of a milestone's longest run; a field of the board of buddies",
    "longest_run": "JSON name of a milestone's longest run",
    "looked": "UTS 39: what a handle looks like",
    "looked_into_at": "column of pairings",
    "looked_into_by": "column of pairings",
    "looking": "field of the board of buddies: members who look for one",
    "looks": "UTS 39: what a handle looks like",
    "looks_like": "UTS 39: two handles that look alike",
    "most": "keyword of the fields in core.schemas: the largest length",
    "most_places": "template variable of the mentors' form",
    "most_seconds": "JSON name of a figure",
    "nobody": "JSON name of a figure: reach-outs that no one answered",
    "personal_words": "passwords: the member's own words",
    "recurrence_words": "JSON name: a recurrence rule as people say it",
}

OPENING = re.compile(
    r"(Who|Whom|Whose|What|How|When|Where|Which|Why|Whether|The same|Somebody|Nobody|Everybody|Whoever)\b"
)

# The last commit before this rule. Older subjects stay as they are.
RULED_SINCE = "71f0d02"
SUBJECT = re.compile(r"[a-z][a-z ,_-]*: [A-Z].*[^.]")


def names_in(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield each name that a module gives or uses, with its line."""
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 1)
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
                yield line, name
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield line, name
            case ast.keyword(arg=str(name)):
                yield line, name
            case ast.alias(name=name, asname=other):
                yield line, other or name.rpartition(".")[2]
            case _:
                pass


def parts_of(name: str) -> set[str]:
    """Return the words that a name is made of, in lower case."""
    return {part.lower() for part in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)}


def banned_names(source: str) -> set[str]:
    """Return the names in a module that hold a banned word and are not allowed, as `line name`."""
    return {
        f"{line} {name}"
        for line, name in names_in(ast.parse(source))
        if name not in ALLOWED and parts_of(name) & set(BANNED)
    }


def odd_openings(source: str) -> list[str]:
    """Return the docstrings in a module that open with a clause, as `line opening`."""
    kinds = ast.Module | ast.ClassDef | ast.FunctionDef
    described = (
        (node, ast.get_docstring(node) or "") for node in ast.walk(ast.parse(source)) if isinstance(node, kinds)
    )
    return [f"{getattr(node, 'lineno', 1)} {text[:40]}" for node, text in described if OPENING.match(text)]


def git(*arguments: str) -> str | None:
    """Return what git prints about this checkout, or None without git or without a history."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        return None
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else None


def test_banned_words_are_found_wherever_a_name_may_be() -> None:
    source = "import a.look\ndef tell_all(rung, *, ctx):\n    ctx.look = LONGEST_NAME()\nclass SealedText: pass\n"
    names = {name.split()[1] for name in banned_names(source)}
    assert names == {"tell_all", "rung", "look", "LONGEST_NAME", "SealedText"}
    assert banned_names("keyword = outdoors = sealant = ctx") == set()


def test_no_name_is_made_of_a_metaphor() -> None:
    offenders = [
        f"{path.relative_to(ROOT)}:{name}" for path in SOURCES for name in sorted(banned_names(path.read_text()))
    ]
    offenders += [str(path.relative_to(ROOT)) for path in SOURCES if parts_of(path.stem) & set(BANNED)]
    assert offenders == []


def test_every_exception_is_still_in_use() -> None:
    used = {name for path in SOURCES for _, name in names_in(ast.parse(path.read_text()))}
    assert set(ALLOWED) - used == set()


def test_a_docstring_that_opens_with_a_clause_is_found() -> None:
    assert odd_openings('"""Who hears of it."""\ndef f():\n    """Whether it is so."""\n') == [
        "1 Who hears of it.",
        "2 Whether it is so.",
    ]
    assert odd_openings('"""Whole numbers."""\ndef f():\n    """Return how many there are."""\n') == []


def test_docstrings_open_with_a_verb_or_a_noun() -> None:
    offenders = [
        f"{path.relative_to(ROOT)}:{opening}" for path in SOURCES for opening in odd_openings(path.read_text())
    ]
    assert offenders == []


def test_commit_subjects_name_an_area_and_fit_in_72_characters() -> None:
    log = git("log", "--no-merges", "--format=%s", f"{RULED_SINCE}..HEAD")
    if log is None:
        pytest.skip("there is no git history here")
    offenders = [subject for subject in log.splitlines() if len(subject) > 72 or not SUBJECT.fullmatch(subject)]
    assert offenders == []
