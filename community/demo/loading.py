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
from sqlalchemy import delete, insert, select

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
from community.members.models import Cohort, Member, Session
from community.members.rules.handles import handle_key

PASSWORD = "four quiet words here"  # noqa: S105 - the demo's, printed on purpose
TOKEN_LASTS = timedelta(days=30)
SIGN_INS = 4
LIVED_IN_MEMBERS = 24
WITHOUT_BUDDY = 7  # the place in the plan of an alumnus whom no match run finds a buddy for
UNFINISHED = "Demo, not loaded to its end"  # a cohort that is there while the lived-in demo loads


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
    bare. The lived-in one takes many transactions, and a database in which it was interrupted is refused. Also refused
    in production, also with `if_empty`: the demo's passwords are public.
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
        is_unfinished = ctx.session.scalar(select(Cohort.id).where(Cohort.name == UNFINISHED)) is not None
    if is_unfinished:
        click.echo(
            "community demo: loading was interrupted before, and only a part of the demo is in this database. "
            "Delete the database and load the demo again.",
            err=True,
        )
        return 1
    if standing and if_empty:
        return 0
    if standing - ours:
        click.echo("community demo: this database holds real members; nothing was changed", err=True)
        return 1
    with store.unit_of_work() as uow:
        if not standing and is_lived_in:
            uow.session.add(Cohort(name=UNFINISHED, created_at=uow.now))
            newcomer, without = (wanted.members[place][0] for place in (IS_NEW, WITHOUT_BUDDY))
            _write(uow, wanted, settings, began=uow.now - HISTORY, newcomer=newcomer, without_buddy=without)
        elif not standing:
            _write(uow, wanted, settings, began=BEGAN)
        _renew_sessions(uow, wanted, settings)
        if not standing and not is_lived_in:
            write_rooms(uow, wanted)
            write_first_days(uow, wanted, time_zone=settings.time_zone, room_id=wanted.rooms[0][0])
    if not standing and is_lived_in:
        story = Story(store, wanted, time_zone=settings.time_zone, now=store.clock())
        by_name = run_story(story, secret=settings.secret_key, newcomer=wanted.members[IS_NEW][2])
        with store.unit_of_work(now=story.now) as uow:
            write_first_days(uow, wanted, time_zone=settings.time_zone, room_id=by_name[NEWCOMERS_ROOM])
            uow.session.execute(delete(Cohort).where(Cohort.name == UNFINISHED))
    _keep_sign_ins(settings, wanted, is_lived_in=is_lived_in)
    if tokens:
        lines = [f"{email},{member_id},{_token(settings, seed, email)}\n" for member_id, email, *_ in wanted.members]
        _write_private(Path(tokens), "".join(lines))
    if not quiet:
        click.echo(f"Loaded a demo of {len(wanted.members)} members.")
    return 0


def _write(
    uow: UnitOfWork,
    wanted: Plan,
    settings: Settings,
    *,
    began: datetime,
    newcomer: uuid.UUID | None = None,
    without_buddy: uuid.UUID | None = None,
) -> None:
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
        without=without_buddy,
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
            standing[session_id].last_used_at = standing[session_id].stepped_up_at = uow.now
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
                "stepped_up_at": uow.now,  # as after a sign-in with a second factor, for ten minutes
            }
        )
    if fresh:
        uow.session.execute(insert(Session), fresh)


def _keep_sign_ins(settings: Settings, wanted: Plan, *, is_lived_in: bool) -> None:
    lines = ["Sign in as one of these:"]
    for _, email, handle, role in wanted.members[:SIGN_INS]:
        lines.append(f"  {email:28} {PASSWORD}   ({handle}, {role})")
    if is_lived_in:
        lines.append("The others have the same password. sable@demo.invalid still looks for a buddy.")
    _write_private(settings.data_dir / "demo-sign-ins.txt", "\n".join(lines) + "\n")


def _write_private(path: Path, text: str) -> None:
    """Write a file that only this account may read, even if a readable one existed before."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            os.fchmod(file.fileno(), 0o600)
        file.write(text)


def _token(settings: Settings, seed: int, email: str) -> str:
    return keyed_digest(settings.secret_key, f"demo-{seed}", email)
