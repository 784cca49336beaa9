"""Buddy profiles of the demo, all complete, which give a match run something to do."""

import random
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from community.buddies.models.profiles import BuddyProfile
from community.core.crypto.cipher import FieldCipher
from community.core.crypto.encrypted_columns import associated_data

ROLES = ("peer", "peer", "seeking", "mentor")  # each four of these hold a pair whatever else is said
PATHWAYS = ("twelve steps", "secular", "faith", "medication")
INTERESTS = ("walking", "cooking", "chess", "music", "gardening", "reading", "football", "fishing")
OF_THE_FIRST_TWO = ("birdwatching", "stargazing")  # nobody else has these, so that the two are always each other's
SPOKEN_BY_ONE = "Portuguese"
LANGUAGES = (("English",), ("English",), ("English", "Spanish"))
WEEKDAY_EVENINGS = tuple({"weekday": day, "from": "17:00", "to": "22:00"} for day in range(5))
MORE_HOURS = (
    {"weekday": 5, "from": "07:00", "to": "12:00"},
    {"weekday": 6, "from": "12:00", "to": "17:00"},
    {"weekday": 2, "from": "07:00", "to": "12:00"},
)
TEXTS = (
    "I walk a lot, cook too much, and I’m better at listening than at advice.",
    "Early riser. Texting is fine, calls at weekends.",
    "Two kids and a garden. Evenings are the hard part of the day.",
    "I like a plan, and someone who asks how it went.",
    "Quiet at first. Funny after a while, or so they say.",
)


def profile_rows(
    members: Sequence[UUID], *, chance: random.Random, cipher: FieldCipher, now: datetime, without: UUID | None = None
) -> list[dict[str, Any]]:
    """Return a complete profile for each of these alumni, decided by `chance`. The first two fit each other best.

    `without` speaks a language that no one else does, and so stays without a buddy.
    """
    rows = []
    for number, member_id in enumerate(members):
        role = ROLES[number % len(ROLES)]
        capacity = chance.randint(1, 3) if role == "mentor" else 1
        best = number < 2
        bound_to = associated_data(BuddyProfile.about, member_id=member_id)
        rows.append(
            {
                "member_id": member_id,
                "role": role,
                "capacity": capacity,
                "max_active": capacity,
                "active_count": 0,
                "pathways": list(PATHWAYS[:2]) if best else chance.sample(PATHWAYS, 1),
                "languages": _languages(chance, is_best=best, is_alone=member_id == without),
                "interests": [*OF_THE_FIRST_TWO, *INTERESTS[:2]] if best else chance.sample(INTERESTS, 3),
                "availability": [*WEEKDAY_EVENINGS, *chance.sample(MORE_HOURS, 1)],
                "gender": "",
                "buddy_gender": "any",
                "prefers": {"interests": list(OF_THE_FIRST_TWO)} if best else {},
                "excludes": {},
                "about": cipher.encrypt(TEXTS[number % len(TEXTS)], associated_data=bound_to),
                "is_paused": False,
                "approved_at": now if role == "mentor" else None,
                "waiting_since": now,
                "changed_at": now,
            }
        )
    return rows


def _languages(chance: random.Random, *, is_best: bool, is_alone: bool) -> list[str]:
    if is_best:
        return list(LANGUAGES[-1])
    chosen = chance.choice(LANGUAGES)
    return [SPOKEN_BY_ONE] if is_alone else list(chosen)
