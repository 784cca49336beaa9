"""`community demo`: a reproducible community to try things with.

The same seed gives the same members, rooms and tokens; again on the same database it changes nothing and writes the
same file. A database that holds anybody else is refused.
"""

import random
import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
from sqlalchemy import insert, select

from community.buddies.models import BuddyProfile
from community.care.models import CheckIn
from community.core.crypto import Sealer, derived, hash_password, token_hash
from community.core.migrations import migrate
from community.core.settings import Settings
from community.core.unit_of_work import UnitOfWork, utc_now
from community.demo_buddies import profile_rows
from community.demo_care import check_in_rows
from community.features import load_subscribers, open_store
from community.members.models import Member, Session
from community.members.rules import handle_key
from community.rooms import search
from community.rooms.models import Message, Room, RoomMembership

DOMAIN = "demo.invalid"
PASSWORD = "four quiet words here"  # noqa: S105 - the demo's, printed on purpose
BEGAN = datetime(2026, 11, 1, 18, 0, tzinfo=UTC)
TOKEN_LASTS = timedelta(days=30)
SIGN_INS = 4

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
    ("Night owls", "When sleep does not come."),
    ("First weeks", "New here, or new to being home."),
    ("Slow cooking", "Recipes, and what came out of the oven."),
    ("Parents", "School runs and being there."),
    ("Out of town", "For those who moved away."),
)
SAID = (
    "Made soup, called my sister, going to bed before ten.",
    "Rough afternoon, but I kept driving.",
    "You kept driving. That is the whole thing.",
    "Kettle is on here too. Anyone else up for a while?",
    "Up till eleven at least.",
)


@dataclass(frozen=True)
class Plan:
    """Everybody and every room of a demo, decided by its seed alone."""

    seed: int
    members: tuple[tuple[uuid.UUID, str, str, str], ...]  # id, email, handle, role
    rooms: tuple[tuple[uuid.UUID, str, str], ...]


def plan(*, members: int, rooms: int, seed: int) -> Plan:
    """Who and what a demo holds."""
    chance = random.Random(seed)  # noqa: S311 - reproducible on purpose
    people = []
    for number in range(members):
        name = NAMES[number] if number < len(NAMES) else f"{NAMES[number % len(NAMES)]} {number // len(NAMES) + 1}"
        role = "coordinator" if number == 0 else "alumnus"
        email = f"{handle_key(name)}@{DOMAIN}"
        people.append((_id(chance), email, name, role))
    places = []
    for number in range(rooms):
        name, topic = ROOM_NAMES[number] if number < len(ROOM_NAMES) else (f"Room {number + 1}", "")
        places.append((_id(chance), name, topic))
    return Plan(seed, tuple(people), tuple(places))


def load(
    settings: Settings, *, members: int, rooms: int, seed: int, tokens: str | None, if_empty: bool, quiet: bool
) -> int:
    """Load the demo; `tokens` names a file that gets `email,member_id,token` lines. Returns the exit code."""
    migrate(settings.database_url)
    load_subscribers()
    store = open_store(settings)
    wanted = plan(members=members, rooms=rooms, seed=seed)
    ours = {member_id for member_id, *_ in wanted.members}
    with store.reading() as look:
        standing = set(look.session.scalars(select(Member.id)))
    if standing and if_empty:
        return 0
    if standing - ours:
        click.echo("community demo: this database holds real members; nothing was changed", err=True)
        return 1
    with store.unit_of_work(now=utc_now()) as uow:
        if not standing:
            _write(uow, wanted, settings)
        _renew_sessions(uow, wanted, settings)
    _keep_sign_ins(settings, wanted)
    if tokens:
        lines = [f"{email},{member_id},{_token(settings, seed, email)}\n" for member_id, email, *_ in wanted.members]
        Path(tokens).write_text("".join(lines))
    if not quiet:
        click.echo(f"{len(wanted.members)} members and {len(wanted.rooms)} rooms are there.")
    return 0


def _write(uow: UnitOfWork, wanted: Plan, settings: Settings) -> None:
    hashed = hash_password(PASSWORD)
    uow.session.execute(
        insert(Member),
        [
            {
                "id": member_id,
                "email": email,
                "handle": handle,
                "handle_key": handle_key(handle),
                "role": role,
                "password_hash": hashed,
                "time_zone": settings.time_zone,
                "state": "active",
                "created_at": BEGAN + timedelta(seconds=number),
            }
            for number, (member_id, email, handle, role) in enumerate(wanted.members)
        ],
    )
    alumni = [member_id for member_id, _, _, role in wanted.members if role == "alumnus"]
    profiles = profile_rows(
        alumni,
        chance=random.Random(wanted.seed + 2),  # noqa: S311
        sealer=Sealer(*settings.sealing_secrets),
        now=BEGAN,
    )
    if profiles:
        uow.session.execute(insert(BuddyProfile), profiles)
    uow.session.execute(
        insert(CheckIn),
        check_in_rows(
            alumni[: SIGN_INS - 1],
            chance=random.Random(wanted.seed + 3),  # noqa: S311
            sealer=Sealer(*settings.sealing_secrets),
            now=uow.now.replace(hour=0, minute=0, second=0, microsecond=0),
        ),
    )
    chance = random.Random(wanted.seed + 1)  # noqa: S311
    for number, (room_id, name, topic) in enumerate(wanted.rooms):
        uow.session.add(
            Room(id=room_id, kind="open", name=name, topic=topic, created_at=BEGAN + timedelta(minutes=number))
        )
        uow.session.flush()
        inside = [one for place, (one, *_) in enumerate(wanted.members) if number == 0 or place % (number + 1) == 0]
        said = _said(chance, room_id, inside) if number < 3 else []
        uow.session.execute(
            insert(RoomMembership),
            [
                {"room_id": room_id, "member_id": one, "joined_at": BEGAN, "last_read_seq": max(0, len(said) - 2)}
                for one in inside
            ],
        )
        if said:
            uow.session.execute(insert(Message), said)
            room = uow.session.get_one(Room, room_id)
            room.head_seq = room.head_rev = len(said)
            search.index_range(uow, room_id=room_id, first_seq=1, last_seq=len(said))


def _said(chance: random.Random, room_id: uuid.UUID, inside: list[uuid.UUID]) -> list[dict[str, object]]:
    written: Counter[uuid.UUID] = Counter()
    rows: list[dict[str, object]] = []
    for seq, words in enumerate(SAID, start=1):
        message_id, author = _id(chance), inside[chance.randrange(len(inside))]
        written[author] += 1
        rows.append(
            {
                "id": message_id,
                "room_id": room_id,
                "author_id": author,
                "seq": seq,
                "author_seq": written[author],
                "rev": seq,
                "client_msg_id": str(_id(chance)),
                "body": words,
                "request_hash": "",
                "created_at": BEGAN + timedelta(hours=seq),
            }
        )
    return rows


def _renew_sessions(uow: UnitOfWork, wanted: Plan, settings: Settings) -> None:
    """Everybody has one session, with a token that the seed decides, good for another 30 days."""
    standing = {row.id: row for row in uow.session.scalars(select(Session).where(Session.label == "demo"))}
    fresh = []
    for member_id, email, *_ in wanted.members:
        session_id = uuid.uuid5(member_id, "demo session")
        if session_id in standing:
            standing[session_id].expires_at = uow.now + TOKEN_LASTS
            standing[session_id].last_used_at = uow.now
            continue
        fresh.append(
            {
                "id": session_id,
                "member_id": member_id,
                "token_hash": token_hash(_token(settings, wanted.seed, email)),
                "label": "demo",
                "created_at": uow.now,
                "last_used_at": uow.now,
                "idle_seconds": int(TOKEN_LASTS.total_seconds()),
                "expires_at": uow.now + TOKEN_LASTS,
            }
        )
    if fresh:
        uow.session.execute(insert(Session), fresh)


def _keep_sign_ins(settings: Settings, wanted: Plan) -> None:
    lines = ["Sign in as one of these:"]
    for _, email, handle, role in wanted.members[:SIGN_INS]:
        lines.append(f"  {email:28} {PASSWORD}   ({handle}, {role})")
    (settings.data_dir / "demo-sign-ins.txt").write_text("\n".join(lines) + "\n")


def _token(settings: Settings, seed: int, email: str) -> str:
    return derived(settings.secret_key, f"demo-{seed}", email)


def _id(chance: random.Random) -> uuid.UUID:
    return uuid.UUID(int=chance.getrandbits(128), version=4)
