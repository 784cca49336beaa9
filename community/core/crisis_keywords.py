"""Phrases of a person who may be in danger: a short list, matched on this machine, never sent anywhere.

A match has two effects only: the message passes the ordinary limits and has one of its own (`members/quotas.py`), and
its author is shown the way to help. Nothing else is posted or stored, except how much of that limit was used. A miss
costs nothing that `Help now` does not give on every page, so the list holds phrases about oneself and leaves out what
people say in passing ("this heat kills me").
"""

import re
import unicodedata

VERSION = 1

_PHRASES = (
    r"kill(?:ing)? (?:myself|me tonight)",
    r"end(?:ing)? (?:my (?:own )?life|it all)",
    r"tak(?:e|ing) my (?:own )?life",
    r"suicid(?:e|al)",
    r"(?:want|wanna|going|ready) to die",
    r"(?:don'?t|do not) want to (?:live|be alive|wake up)",
    r"(?:can'?t|cannot|can not) go on(?: living| any ?more)?(?=$|[.!?,;]| (?:with|like) (?:this|it|life))",
    r"better off (?:dead|without me)",
    r"no reason to live",
    r"hurt(?:ing)? myself",
    r"(?:cut|cutting) myself",
    r"self[- ]?harm",
    r"overdos(?:e|ed|ing)",
    r"took (?:too many|all (?:my|the)) pills",
    r"(?:not|isn'?t|stopped) breathing",
    r"call (?:911|an ambulance)",
    r"need help (?:right )?now",
)
_IN_DANGER = re.compile(r"\b(?:" + "|".join(_PHRASES) + r")", re.IGNORECASE)


def asks_for_help(text: str) -> bool:
    """Return whether the author of a text may be in danger."""
    plain = unicodedata.normalize("NFKC", text).replace("’", "'").replace("‘", "'")
    return bool(_IN_DANGER.search(re.sub(r"\s+", " ", plain)))
