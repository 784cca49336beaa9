"""`community doctor`: looks at everything an installation stands on, says what is wrong and how to mend it."""

import base64
import os
import smtplib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from email.errors import MessageError
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import click
import redis
from alembic.migration import MigrationContext
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from community.core.bell import connect, reason
from community.core.crypto import Sealer
from community.core.db import Database
from community.core.dead_letters import standing
from community.core.ids import new_id
from community.core.migrations import head_revision, revisions
from community.core.sealing import standing as standing_of_keys
from community.core.settings import Settings, SettingsError, load_settings
from community.core.unit_of_work import utc_now
from community.core.variables import shown
from community.features import load_models
from community.notifications.media.email import Letter, compose, host_of
from community.notifications.media.transport import mailer

OLDEST_POSTGRESQL = 14
MOST_APART = timedelta(seconds=2)
LONGEST_WAIT_FOR_A_WORKER = 60  # seconds
HEARD_WITHIN_SECONDS = 1.0
PUSH_KEY_BYTES = 32
CHANNEL = "community.doctor"
WITHOUT_REDIS = "or unset REDIS_URL and let `community serve` bring its own. Until then everything comes seconds later"


@dataclass(frozen=True)
class Line:
    """What one check found, and how to mend it when it is not well. `warn` need not be mended at once."""

    verdict: Literal["ok", "warn", "FAIL"]
    name: str
    found: str
    mend: str = ""

    def __str__(self) -> str:
        return f"{self.verdict:4}  {self.name:10}  {self.found}{'; ' if self.mend else ''}{self.mend}"


def doctor(*, mail: str | None) -> int:
    """Print a line for each check; `mail` is an address that gets a mail. Returns 0, or 1 when something fails."""
    has_failed = False
    for line in _examined(mail):
        has_failed = has_failed or line.verdict == "FAIL"
        click.echo(line)
    return 1 if has_failed else 0


def _examined(mail: str | None) -> Iterator[Line]:
    try:
        settings = load_settings()
    except SettingsError as error:
        yield from (Line("FAIL", "settings", problem) for problem in error.problems)
        yield Line("warn", "the rest", "not looked at yet", "mend the settings first; .env.example lists them all")
        return
    yield check_settings(settings)
    yield from check_stored(settings)
    yield check_redis(settings)
    yield check_mail(settings)
    if mail:
        yield check_sending(settings, mail)
    yield check_secret(settings)
    yield check_push_key(settings)


def check_settings(settings: Settings) -> Line:
    """Every setting was read; the folder for what is kept can be written to."""
    if not os.access(settings.data_dir, os.W_OK | os.X_OK):
        return Line("FAIL", "settings", f"{settings.data_dir} cannot be written to", "give it to this account")
    return Line("ok", "settings", f"{settings.env}, {settings.public_url}, kept in {settings.data_dir}")


def check_stored(settings: Settings) -> Iterator[Line]:
    """The database, and when it answers: its migrations, what is sealed in it, its clock."""
    try:
        database = Database(settings.database_url, pool_size=1)
    except (SQLAlchemyError, ValueError):
        yield Line("FAIL", "database", "DATABASE_URL cannot be read", "write it as .env.example shows")
        return
    try:
        line = check_database(database)
        yield line
        if line.verdict == "FAIL":
            return
        line = check_migrations(database)
        yield line
        if line.verdict == "ok":
            yield check_sealed(database, settings)
            yield check_events(database)
        yield check_clock(database)
    except SQLAlchemyError as error:
        yield Line("FAIL", "database", _first_line(error), "let this account read and write its tables (GRANT)")
    finally:
        database.dispose()


def check_database(database: Database) -> Line:
    """It is there, answers, and is new enough."""
    place = shown("DATABASE_URL", database.url.render_as_string(hide_password=False))
    file = Path(database.url.database or "") if database.is_sqlite else None
    if file and not file.exists():
        return Line("FAIL", "database", f"there is no {file} yet", "`community migrate` makes it, and so does `serve`")
    if file and not (os.access(file, os.W_OK) and os.access(file.parent, os.W_OK)):
        return Line("FAIL", "database", f"{file} cannot be written to", "give it and its folder to this account")
    try:
        with database.engine.connect() as connection:
            started = time.perf_counter()
            connection.execute(select(1))
            milliseconds = (time.perf_counter() - started) * 1000
            version = int((connection.dialect.server_version_info or (0,))[0])
    except SQLAlchemyError as error:
        mend = "restore the file from a backup" if file else "start it, or correct DATABASE_URL"
        return Line("FAIL", "database", f"{place}: {_first_line(error)}", mend)
    if not file and version < OLDEST_POSTGRESQL:
        return Line("FAIL", "database", f"{place}: PostgreSQL {version}", f"upgrade it to {OLDEST_POSTGRESQL} or newer")
    return Line("ok", "database", f"{place} answers within {milliseconds:.0f} ms")


def check_migrations(database: Database) -> Line:
    """The database has the shape that this code expects."""
    with database.engine.connect() as connection:
        revision = MigrationContext.configure(connection).get_current_revision()
    if revision == head_revision():
        return Line("ok", "migrations", f"at {revision}, the newest")
    if revision is None:
        return Line("FAIL", "migrations", "the database is empty", "run `community migrate`")
    if revision in revisions():
        return Line("FAIL", "migrations", f"at {revision}, behind {head_revision()}", "run `community migrate`")
    mend = "install the newer code again, or restore the backup made before it"
    return Line("FAIL", "migrations", f"at {revision}, which is newer than this code", mend)


def check_sealed(database: Database, settings: Settings) -> Line:
    """Our keys open what is sealed, and how much stands under older ones."""
    load_models()
    with database.reading() as session:
        seen = standing_of_keys(session, Sealer(*settings.sealing_secrets))
    if seen.lost:
        found = f"SECRET_KEY and FIELD_KEYS do not open {seen.lost} of {seen.total} sealed texts"
        mend = "put back the SECRET_KEY or the older FIELD_KEYS that belong to this database; else they stay shut"
        return Line("FAIL", "sealed", found, mend)
    if seen.older:
        found = f"{seen.older} of {seen.total} sealed texts stand under an older key"
        return Line("warn", "sealed", found, "`community reseal` brings them under the newest")
    return Line("ok", "sealed", f"the newest key opens all {seen.total} sealed texts")


def check_clock(database: Database) -> Line:
    """This machine and the database agree on the time."""
    if database.is_sqlite:
        return Line("ok", "clock", f"{utc_now():%Y-%m-%d %H:%M:%S} UTC; the database has no other")
    with database.engine.connect() as connection:
        before = utc_now()
        theirs = connection.scalar(select(func.clock_timestamp())) or before
        apart = abs(theirs - (before + (utc_now() - before) / 2))
    found = f"this machine and the database are {apart.total_seconds():.1f} s apart"
    if apart > MOST_APART:
        return Line("warn", "clock", found, "let both keep time by NTP; links and leases end by these clocks")
    return Line("ok", "clock", found)


def check_events(database: Database) -> Line:
    """Workers keep up, and nothing failed for good."""
    now = utc_now()
    with database.reading() as session:
        seen = standing(session, now=now)
    waited = (now - seen.due_since).total_seconds() if seen.due_since else 0
    if waited > LONGEST_WAIT_FOR_A_WORKER:
        found = f"{seen.due} are due, one for {waited:.0f} s"
        return Line("warn", "events", found, "start `community worker`, and read its log")
    if seen.dead:
        return Line("warn", "events", f"{seen.dead} failed for good", "`community events list` says why")
    return Line("ok", "events", f"{seen.due} due, {seen.planned} wait for their moment, none failed for good")


def check_redis(settings: Settings) -> Line:
    """A ring on Redis is heard."""
    if settings.redis_url is None:
        mend = "`community serve` brings its own; `community web` and `community worker` alone need one to be quick"
        return Line("warn", "redis", "REDIS_URL is not set", mend)
    place = shown("REDIS_URL", settings.redis_url)
    try:
        with connect(settings.redis_url) as client, client.pubsub() as subscription:
            subscription.subscribe(CHANNEL)
            subscription.get_message(timeout=HEARD_WITHIN_SECONDS)
            started = time.perf_counter()
            client.publish(CHANNEL, "{}")
            heard = subscription.get_message(timeout=HEARD_WITHIN_SECONDS)
    except (redis.RedisError, OSError, ValueError) as error:
        found = reason(error) if place.startswith("rediss:") else _first_line(error)
        return Line("FAIL", "redis", f"{place}: {found}", f"start it, correct REDIS_URL, {WITHOUT_REDIS}")
    if heard is None:
        return Line("FAIL", "redis", f"{place} answers, but a ring is not heard", "look at its log and its limits")
    return Line("ok", "redis", f"{place}, a ring is heard within {(time.perf_counter() - started) * 1000:.0f} ms")


def check_mail(settings: Settings) -> Line:
    """The mail server greets us and lets us in; nothing is sent."""
    place = shown("MAIL_URL", settings.mail_url)
    try:
        mailer(settings.mail_url, host_name=host_of(settings)).check()
    except (OSError, smtplib.SMTPException, ValueError) as error:
        return Line("FAIL", "mail", f"{place}: {_first_line(error)}", "start it, or correct MAIL_URL; mail waits")
    if settings.mail_url.startswith("maildir:"):
        return Line("ok", "mail", f"files in {urlsplit(settings.mail_url).path}; none leaves this machine")
    return Line("ok", "mail", f"{place} lets us in; `--mail ADDRESS` sends one")


def check_sending(settings: Settings, address: str) -> Line:
    """One mail as members get them, handed over."""
    try:
        letter = Letter(delivery_id=new_id(), kind="doctor", address=address, path="/")
        message = compose(letter, settings, now=utc_now())
    except (ValueError, IndexError, MessageError):
        return Line("FAIL", "sending", f"{address!r} or MAIL_FROM is no address", "write it as name@example.org")
    outcome = mailer(settings.mail_url, host_name=host_of(settings)).send(message)
    if outcome.result != "sent":
        mend = f"look at the mail server's log, and whether it takes mail from {settings.mail_from}"
        return Line("FAIL", "sending", f"to {address}: {outcome.result} ({outcome.detail})", mend)
    return Line("ok", "sending", f"handed over for {address}; look whether it arrives, and not among junk")


def check_secret(settings: Settings) -> Line:
    """The key that signs and seals is nobody else's."""
    kept = settings.data_dir / "secret-key"
    if not kept.exists() or kept.read_text().strip() != settings.secret_key:
        return Line("ok", "secret", f"SECRET_KEY is set, {len(settings.secret_key)} characters")
    if kept.stat().st_mode & 0o077:
        return Line("warn", "secret", f"others on this machine can read {kept}", f"chmod 600 {kept}")
    return Line("ok", "secret", f"kept in {kept}, for this account only")


def check_push_key(settings: Settings) -> Line:
    """VAPID_PRIVATE_KEY, when there is one, is a key of the right curve."""
    text = settings.vapid_private_key
    if text is None:
        return Line("ok", "push key", "VAPID_PRIVATE_KEY is not set")
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        ec.derive_private_key(int.from_bytes(raw, "big") if len(raw) == PUSH_KEY_BYTES else 0, ec.SECP256R1())
    except ValueError:
        found = f"VAPID_PRIVATE_KEY: {shown('VAPID_PRIVATE_KEY', text)} that are no key"
        return Line("FAIL", "push key", found, "give a P-256 private key as base64url of its 32 bytes")
    return Line("ok", "push key", "VAPID_PRIVATE_KEY can be read")


def _first_line(error: Exception) -> str:
    """What went wrong in one line: the driver's own words, without the statement and its parameters."""
    cause = getattr(error, "orig", None) or error
    return (str(cause).strip().splitlines() or [type(cause).__name__])[0].rstrip(".")
