"""Members and rooms of a demo, decided by its seed alone."""

import random
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

from community.members.rules.handles import handle_key

BEGAN = datetime(2026, 11, 1, 18, 0, tzinfo=UTC)
DOMAIN = "demo.invalid"

NAMES = [
    "Dana",
    "Wren",
    "Juniper",
    "Otis",
    "Heron",
    "Tamsin",
    "Marlow",
    "Sable",
    "Fen",
    "Kestrel",
    "Linden",
    "Rowan",
    "Hazel",
    "Piper",
    "Quill",
    "Robin",
    "Sage",
    "Teal",
    "Vesper",
    "Willow",
    "Alder",
    "Birch",
    "Cedar",
    "Daphne",
    "Ember",
    "Flint",
    "Gale",
    "Holly",
    "Iris",
    "Jasper",
]
ROOM_NAMES = (
    ("Evenings", "For after supper."),
    ("Night owls", "When I can’t sleep."),
    ("First weeks", "New here, or new to being home."),
    ("Slow cooking", "Recipes, and what came out of the oven."),
    ("Parents", "School runs and being there."),
    ("Out of town", "For those who moved away."),
)


@dataclass(frozen=True)
class Plan:
    """All members and rooms of a demo."""

    seed: int
    members: tuple[tuple[uuid.UUID, str, str, str], ...]  # id, email, handle, role
    rooms: tuple[tuple[uuid.UUID, str, str], ...]


def plan(*, members: int, rooms: int, seed: int) -> Plan:
    """Return the members and rooms that a seed gives."""
    chance = random.Random(seed)  # noqa: S311 - reproducible on purpose
    people = []
    for number in range(members):
        name = NAMES[number] if number < len(NAMES) else f"{NAMES[number % len(NAMES)]} {number // len(NAMES) + 1}"
        role = "coordinator" if number == 0 else "alumnus"
        email = f"{handle_key(name)}@{DOMAIN}"
        people.append((random_id(chance), email, name, role))
    places = []
    for number in range(rooms):
        name, topic = ROOM_NAMES[number] if number < len(ROOM_NAMES) else (f"Room {number + 1}", "")
        places.append((random_id(chance), name, topic))
    return Plan(seed, tuple(people), tuple(places))


def random_id(chance: random.Random) -> uuid.UUID:
    """Return an id that the seed decides."""
    return uuid.UUID(int=chance.getrandbits(128), version=4)
