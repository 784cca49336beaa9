"""Members' answers about themselves and the buddy they look for, encrypted as one value of their profile."""

import json
from copy import copy
from datetime import date
from typing import Any

from community.buddies.models.profiles import BuddyProfile
from community.core.crypto.cipher import FieldCipher

EMPTY: dict[str, Any] = {
    "pathways": [],
    "languages": [],
    "interests": [],
    "availability": [],
    "gender": "",
    "buddy_gender": "any",
    "prefers": {},
    "excludes": {},
    "life_stage": "",
    "family": [],
    "work": "",
    "spirituality": "",
    "along_since": None,
    "mentor_months": 0,
    "meets": "any",
    "area": "",
}


def opened(profile: BuddyProfile, cipher: FieldCipher | None) -> dict[str, Any]:
    """Return a member's decrypted answers, by the names of EMPTY. Rows that are not encrypted yet are read from their
    columns.
    """
    if profile.answers is None:
        plain = {name: getattr(profile, name) for name in EMPTY}
        return {name: copy(EMPTY[name]) if value is None else value for name, value in plain.items()}
    assert cipher is not None
    said = json.loads(cipher.decrypt_column(profile, BuddyProfile.answers))
    since = said.get("along_since")
    return {**EMPTY, **said, "along_since": date.fromisoformat(since) if since else None}


def as_text(said: dict[str, Any]) -> str:
    """Return a member's answers as JSON, the text that is encrypted in `answers`."""
    since = said["along_since"]
    plain = {**said, "along_since": since.isoformat() if since else None}
    return json.dumps(plain, ensure_ascii=False)
