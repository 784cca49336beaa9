"""Words on screen: no phrase that trips a reader, and a reading grade that a tired person manages.

BANNED has the phrases. To run one area: `pytest tests/house/test_screens.py -k rooms`.
`pending_words/AREA.txt` lists the files that still hold such a phrase. A file that holds none has to leave its list.
"""

import re
import statistics
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.readability import full_sentences, reading_grade
from tests.support.screen_text import python_strings, script_strings, template_blocks, texts_of

ROOT = Path(__file__).resolve().parents[2]
PENDING = Path(__file__).parent / "pending_words"
PAGES = sorted(path for kind in ("html", "txt") for path in (ROOT / "templates").rglob(f"*.{kind}"))
SCRIPTS = sorted((ROOT / "community" / "static" / "src").rglob("*.ts"))
MODULES = sorted((ROOT / "community").rglob("*.py"))

# A phrase that no person is shown, and what to write instead. Contractions: people speak like that.
BANNED = {
    r"somebody": "someone",
    r"everybody": "everyone",
    r"whoever|whomever": "the person who, anyone who",
    r"whom": "who, or two sentences",
    r"(nobody|neither|they) (is|are) told": "we don't tell anyone, we'll tell them",
    r"need not|needs not": "don't have to",
    r"cannot|can not": "can't",
    r"(do|does|did|is|are|was|were|will|have|has|had|would|could|should) not": "the contraction: don't, isn't, won't",
    r"I am|I will|I have been|you will|we will|they will": "the contraction: I'm, you'll, we'll",
    r"any more(?! \w+s\b)": "anymore, no longer",
    r"of (me|mine|theirs|yours|ours)": "my, their, your, our",
    r"hears? (of|again)": "we'll tell you, find out",
    r"(it|what|this|that) stands|stands? (here|there|in|at|on|under|up|together|for)": "is here, is listed",
    r"(is|are) kept|it is kept": "we keep, we save; stays",
    r"a date of|dates? to come|the last date|a date (moves?|falls|is)": "a meetup, by its name",
    r"the pull|pull strong": "cravings",
    r"(my|your|their) way|on the way|go along|way back in": "say the thing: recovery, milestones, more help",
    r"waiting line|stands? in line|in line|leave the line": "waiting list",
    r"put(s|ting)? (it )?away": "hide, remove",
    r"take (it )?back|takes back": "delete, withdraw, undo",
    r"could use": "needs",
    r"what (came|comes|would come) of": "the answer, the result",
    r"in a word|a word from": "in short",
    r"(does not|do not|don't|doesn't|doesn’t|don’t) (fit|go) together|fit yet": "say what is wrong and what to do",
    r"sealed": "encrypted",
    r"(your|my|a|the) handle": "name",
    r"reach(es)? you": "we'll tell you, you get",
    r"see(s|n)? to (it|this)|looks? into": "take, handle, check",
    r"present password": "current password",
    r"falls? through": "is canceled",
    r"cancelled|cancelling": "canceled, canceling",
    r"go(es)? on(?! to)|went on": "continue, last, move on",
    r"learns? of|gets? to know of": "find out",
    r"further along": "with more time in recovery",
    r"go side by side": "support each other",
    r"ask around": "ask others",
    r"long line|the lines(?= )": "the numbers",
    r"oops|whoops": "say what happened",
    r"i\. ?e\.|e\. ?g\.": "that is, for example",
    r"[a-z]+!": "a period",
}
PATTERNS = [
    (re.compile(rf"(?<![\w/._-])(?:{phrase})(?![\w/_])", re.IGNORECASE), better) for phrase, better in BANNED.items()
]

# Texts that hold such a phrase and stay, each with the reason: (file, part of the text).
ALLOWED: dict[tuple[str, str], str] = {
    ("community/members/rules/passwords.py", "one day at a time;"): "slogans that a password may not be made of",
    ("community/members/rules/consent_texts.py", "I do not ask anybody"): "a former text, as members agreed to it",
    ("community/members/rules/consent_texts.py", "What is kept of me"): "a former text, as members agreed to it",
    ("community/members/rules/consent_texts.py", "never my address"): "a former text, as members agreed to it",
    ("community/meetups/models.py", "state IN ('scheduled', 'cancelled'"): "a constraint in SQL: the state's name",
}

# Modules whose strings no person reads, each with the reason.
UNREAD = {
    "community/core/crisis_keywords.py": "phrases that members write, as patterns",
    "community/public_endpoints.py": "why an endpoint needs no sign-in, for those who read the code",
    "community/step_up_endpoints.py": "why an endpoint needs a step-up, for those who read the code",
    "community/staff_endpoints.py": "what the audit log calls an endpoint",
}


def area_of(path: Path) -> str:
    """Return the area that a file belongs to: its feature, `core`, `static`, or `shell` for the layout of all pages."""
    parts = path.relative_to(ROOT).parts
    if parts[0] == "templates":
        return parts[1] if len(parts) > 2 else "shell"
    if parts[1] == "static":
        return "static"
    return parts[1] if len(parts) > 2 else "shell"


def name_of(path: Path) -> str:
    """Return a file's name in this checkout."""
    return str(path.relative_to(ROOT))


AREAS: dict[str, list[Path]] = defaultdict(list)
for each in (*PAGES, *SCRIPTS, *MODULES):
    AREAS[area_of(each)].append(each)


def banned_phrases(text: str) -> Iterator[tuple[str, str]]:
    """Yield each banned phrase in a text, with what to write instead."""
    plain = text.replace("’", "'")
    for pattern, better in PATTERNS:
        found = pattern.search(plain)
        if found and not found.group().isupper():  # SQL
            yield found.group(), better


def offences(path: Path) -> list[str]:
    """Return a line for each text of a file that holds a banned phrase and is not allowed."""
    name = name_of(path)
    if name in UNREAD:
        return []
    allowed = [part for file, part in ALLOWED if file == name]
    return [
        f"{name}: “{phrase}” in “{' '.join(text.split())[:110]}”: write {better}"
        for text in texts_of(path)
        if not any(part in text for part in allowed)
        for phrase, better in banned_phrases(text)
    ]


def pending(area: str) -> set[str]:
    """Return the files of an area that may still hold banned phrases."""
    file = PENDING / f"{area}.txt"
    return set(file.read_text().split()) if file.exists() else set()


def test_texts_are_found_in_every_kind_of_file() -> None:
    page = '<h1 title="A b">Go{% if x %}es{% endif %}</h1><p>Hi <b>you</b> {{ "Not so" if y }}.</p><script>a b</script>'
    assert template_blocks(page) == ["A b", "Goes", "Hi you .", "Not so"]
    assert template_blocks("<li><strong>One</strong><span>Two of it</span></li>") == ["One", "Two of it"]
    script = 'const a = /`"/; // "not this"\nsay("Hear it", `Hi ${name} you`);'
    assert script_strings(script) == ["Hear it", "Hi  you"]
    module = '"""Module text."""\n@get\ndef f(x):\n    """Help text."""\n    return f"Left {x} alone"\n'
    assert python_strings(module, docstrings=True) == ["Help text.", "Left  alone"]
    assert "Help text." not in python_strings(module, docstrings=False)


def test_banned_phrases_are_found_and_names_of_code_are_not() -> None:
    assert [phrase for phrase, _ in banned_phrases("Somebody can’t hear of it!")] == ["Somebody", "hear of", "it!"]
    assert list(banned_phrases("somebody_else is.not <!DOCTYPE html> Don’t worry. You’re first.")) == []


@pytest.mark.parametrize("area", sorted(AREAS))
def test_no_text_holds_a_banned_phrase(area: str) -> None:
    waits = pending(area)
    assert [line for path in AREAS[area] if name_of(path) not in waits for line in offences(path)] == []


@pytest.mark.parametrize("area", sorted(AREAS))
def test_a_finished_file_leaves_the_pending_list(area: str) -> None:
    waiting = pending(area)
    assert sorted(waiting - {name_of(path) for path in AREAS[area] if offences(path)}) == []


def test_every_exception_is_still_in_use() -> None:
    unused = [
        (name, part)
        for name, part in ALLOWED
        if not any(part in text and any(banned_phrases(text)) for text in texts_of(ROOT / name))
    ]
    assert unused == []
    assert [name for name in UNREAD if not (ROOT / name).exists()] == []


def grades() -> dict[str, float]:
    """Return the reading grade of every page that has full sentences."""
    sentences = {name_of(path): full_sentences(texts_of(path)) for path in PAGES}
    return {name: reading_grade(found) for name, found in sentences.items() if found}


def test_a_hard_sentence_has_a_high_grade() -> None:
    easy = full_sentences(["Tap the name to see more. Too short. You can change it later."])
    assert easy == ["Tap the name to see more.", "You can change it later."]
    assert reading_grade(easy) < 4
    assert reading_grade(["Notifications concerning participation are subsequently transmitted electronically."]) > 12


@pytest.mark.parametrize("area", sorted({area_of(path) for path in PAGES}))
def test_no_page_is_above_eighth_grade(area: str) -> None:
    hard = {name: grade for name, grade in grades().items() if grade > 8 and area_of(ROOT / name) == area}
    assert hard == {}


def test_half_of_the_pages_are_at_or_below_sixth_grade() -> None:
    assert statistics.median(grades().values()) <= 6
