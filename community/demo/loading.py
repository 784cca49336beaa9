"""The command `community demo`: a reproducible community to try things with.

The same seed gives the same members, rooms and tokens. Running it again on the same database changes nothing and writes
the same file. A database that holds other members is refused.
"""

import os
import random
import stat
import uuid
from datetime import datetime, timedelta
from pathlib import Path

import click
from sqlalchemy import insert, select

from community.buddies.models.profiles import BuddyProfile
from community.check_ins.models import CheckIn
from community.core.clock import Clock, machine_now
from community.core.crypto.cipher import FieldCipher, hash_password, keyed_digest, token_hash
from community.core.migrations import migrate
from community.core.settings import Settings
from community.core.unit_of_work import UnitOfWork
from community.demo.buddies import profile_rows
from community.demo.care import check_in_rows
from community.demo.lived_in import NEWCOMERS_ROOM, run_story
from community.demo.onboarding import IS_NEW, write_first_days
from community.demo.plan import BEGAN, Plan, plan
from community.demo.rooms import write_rooms
from community.demo.story import HISTORY, Story
from community.features import load_subscribers, open_store
from community.members.models import Member, Session
from community.members.rules.handles import handle_key

PASSWORD = "four quiet words here"  # noqa: S105 - the demo's, printed on purpose
TOKEN_LASTS = timedelta(days=30)
SIGN_INS = 4
LIVED_IN_MEMBERS = 24


def load(
    settings: Settings,
    *,
    members: int | None,
    rooms: int,
    seed: int,
    tokens: str | None,
    if_empty: bool,
    quiet: bool,
    clock: Clock = machine_now,
) -> int:
    """Load the demo and return the exit code. Writes `email,member_id,token` lines into the file `tokens`, if given.

    Without `members` it is the lived-in demo, with two weeks of talk before the clock's moment; with `members` it is
    bare. Refused in production, also with `if_empty`: the demo's passwords are public.
    """
    if settings.is_production:
        click.echo("community demo: this is production; everyone knows its passwords. Not loaded.", err=True)
        return 1
    migrate(settings.database_url)
    load_subscribers()
    store = open_store(settings, clock=clock)
    is_lived_in = members is None
    wanted = plan(members=members or LIVED_IN_MEMBERS, rooms=0 if is_lived_in else rooms, seed=seed)
    ours = {member_id for member_id, *_ in wanted.members}
    with store.read_context() as ctx:
        standing = set(ctx.session.scalars(select(Member.id)))
    if standing and if_empty:
        return 0
    if standing - ours:
        click.echo("community demo: this database holds real members; nothing was changed", err=True)
        return 1
    with store.unit_of_work() as uow:
        if not standing:
            newcomer = wanted.members[IS_NEW][0] if is_lived_in else None
            _write(uow, wanted, settings, began=uow.now - HISTORY if is_lived_in else BEGAN, newcomer=newcomer)
        _renew_sessions(uow, wanted, settings)
        if not standing and not is_lived_in:
            write_rooms(uow, wanted)
            write_first_days(uow, wanted, time_zone=settings.time_zone, room_id=wanted.rooms[0][0])
    if not standing and is_lived_in:
        story = Story(store, wanted, time_zone=settings.time_zone, now=store.clock())
        by_name = run_story(story, secret=settings.secret_key, newcomer=wanted.members[IS_NEW][2])
        with store.unit_of_work(now=story.now) as uow:
            write_first_days(uow, wanted, time_zone=settings.time_zone, room_id=by_name[NEWCOMERS_ROOM])
    _keep_sign_ins(settings, wanted)
    if tokens:
        lines = [f"{email},{member_id},{_token(settings, seed, email)}\n" for member_id, email, *_ in wanted.members]
        _write_private(Path(tokens), "".join(lines))
    if not quiet:
        click.echo(f"Loaded a demo of {len(wanted.members)} members.")
    return 0


def _write(uow: UnitOfWork, wanted: Plan, settings: Settings, *, began: datetime, newcomer: uuid.UUID | None) -> None:
    """Write the members, their buddy profiles and the check-ins of those who sign in. A newcomer has no profile."""
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
                "created_at": began + timedelta(seconds=number),
            }
            for number, (member_id, email, handle, role) in enumerate(wanted.members)
        ],
    )
    alumni = [member_id for member_id, _, _, role in wanted.members if role == "alumnus"]
    profiles = profile_rows(
        [member_id for member_id in alumni if member_id != newcomer],
        chance=random.Random(wanted.seed + 2),  # noqa: S311
        cipher=FieldCipher(*settings.encryption_secrets),
        now=began,
    )
    if profiles:
        uow.session.execute(insert(BuddyProfile), profiles)
    uow.session.execute(
        insert(CheckIn),
        check_in_rows(
            alumni[: SIGN_INS - 1],
            chance=random.Random(wanted.seed + 3),  # noqa: S311
            cipher=FieldCipher(*settings.encryption_secrets),
            now=uow.now.replace(hour=0, minute=0, second=0, microsecond=0),
        ),
    )


def _renew_sessions(uow: UnitOfWork, wanted: Plan, settings: Settings) -> None:
    """Give every member one session, with a token that the seed decides, valid for another 30 days."""
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
    _write_private(settings.data_dir / "demo-sign-ins.txt", "\n".join(lines) + "\n")


def _write_private(path: Path, text: str) -> None:
    """Write a file that only this account may read, even if a readable one existed before."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            os.fchmod(file.fileno(), 0o600)
        file.write(text)


def _token(settings: Settings, seed: int, email: str) -> str:
    return keyed_digest(settings.secret_key, f"demo-{seed}", email)
