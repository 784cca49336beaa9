"""Phrases of a person who may be in danger, in English and Spanish: matched on this machine, never sent anywhere.

A match has two effects only: the message passes the ordinary limits and has one of its own (`members/quotas.py`), and
its author is shown the way to help. Nothing else is posted or stored, except how much of that limit was used. A miss
costs nothing that `Help now` does not give on every page, so the list holds phrases about oneself and leaves out what
people say in passing ("this heat kills me").

The phrases are in `crisis_phrases.json`, each under a word that a text must contain before it is tried. The room's
script reads the same file (`static/src/lib/crisis_keywords.ts`) and prepares a text in the same way, so that the
author's own device decides without asking the server. Phrases are regular expressions that mean the same in Python and
JavaScript, on text without accents, apostrophes and capitals.
"""

import json
import re
import unicodedata
from pathlib import Path

_PHRASES = [
    (word, re.compile(rf"\b(?:{'|'.join(phrases)})", re.ASCII))
    for word, phrases in json.loads(Path(__file__).with_name("crisis_phrases.json").read_text("utf-8")).items()
]
_QUOTED_LINES = re.compile(r"(?:^|\n)[ \t]*>[^\n]*")
_APOSTROPHES = re.compile("['\N{RIGHT SINGLE QUOTATION MARK}\N{LEFT SINGLE QUOTATION MARK}\N{PRIME}`\u00b4\u02bc]")
_OTHERS = re.compile(r"[^a-z0-9.!?,;]+")
_DROPPED = {"Mn", "Mc", "Me", "Cf"}  # accents, and characters without a width


def asks_for_help(text: str) -> bool:
    """Return whether the author of a text may be in danger. Lines that quote others do not count."""
    plain = _plain(text)
    return any(word in plain and phrases.search(plain) is not None for word, phrases in _PHRASES)


def _plain(text: str) -> str:
    """Return a text in small ASCII letters, digits and punctuation, with one space for everything else."""
    own = _APOSTROPHES.sub("'", _QUOTED_LINES.sub("\n", text) if ">" in text else text)
    if not own.isascii():
        parts = unicodedata.normalize("NFKD", own)
        own = "".join(part for part in parts if unicodedata.category(part) not in _DROPPED)
    return _OTHERS.sub(" ", own.lower().replace("'", ""))
