"""Checks of the database: migrations, encryption, audit log, staff without a factor, clock, local times, events."""

import os
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from alembic.migration import MigrationContext
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from community.core.audit_chain import head_holds
from community.core.audit_keys import AuditKeys
from community.core.clock import machine_now
from community.core.crypto.cipher import FieldCipher
from community.core.crypto.key_rotation import key_usage
from community.core.db import Database
from community.core.env_reader import shown
from community.core.migrations import head_revision, revisions
from community.core.outbox.dead_letters import standing
from community.core.settings import Settings
from community.doctor.check_result import Line, first_line
from community.features import load_models
from community.meetups.access.occurrences import drifted_occurrences
from community.members.queries.second_factors import count_staff_without_factor

OLDEST_POSTGRESQL = 14
MAX_CLOCK_SKEW = timedelta(seconds=2)
MAX_WORKER_DELAY_SECONDS = 60  # seconds


def check_stored(settings: Settings) -> Iterator[Line]:
    """Check the database and, when it answers, everything stored in it."""
    try:
        database = Database(settings.database_url, pool_size=1)
    except (SQLAlchemyError, ValueError):
        yield Line("FAIL", "database", "DATABASE_URL can't be read", "write it as .env.example shows")
        return
    try:
        line = check_database(database)
        yield line
        if line.verdict == "FAIL":
            return
        line = check_migrations(database)
        yield line
        if line.verdict == "ok":
            yield check_encrypted(database, settings)
            yield check_audit(database, settings)
            yield check_staff_factors(database, settings)
            yield check_events(database)
            yield check_dates(database)
        yield check_clock(database)
    except SQLAlchemyError as error:
        yield Line("FAIL", "database", first_line(error), "let this account read and write the tables (GRANT)")
    finally:
        database.dispose()


def check_database(database: Database) -> Line:
    """Check that the database answers and is new enough."""
    place = shown("DATABASE_URL", database.url.render_as_string(hide_password=False))
    file = Path(database.url.database or "") if database.is_sqlite else None
    if file and not file.exists():
        return Line("FAIL", "database", f"there is no {file} yet", "run `community migrate` to create it")
    if file and not (os.access(file, os.W_OK) and os.access(file.parent, os.W_OK)):
        return Line("FAIL", "database", f"{file} isn't writable", "give it and its folder to this account")
    try:
        with database.engine.connect() as connection:
            started = time.perf_counter()
            connection.execute(select(1))
            milliseconds = (time.perf_counter() - started) * 1000
            version = int((connection.dialect.server_version_info or (0,))[0])
    except SQLAlchemyError as error:
        mend = "restore the file from a backup" if file else "start it, or correct DATABASE_URL"
        return Line("FAIL", "database", f"{place}: {first_line(error)}", mend)
    if not file and version < OLDEST_POSTGRESQL:
        return Line("FAIL", "database", f"{place}: PostgreSQL {version}", f"upgrade it to {OLDEST_POSTGRESQL} or newer")
    return Line("ok", "database", f"{place} answers within {milliseconds:.0f} ms")


def check_migrations(database: Database) -> Line:
    """Check that the database has the schema that this code expects."""
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


def check_encrypted(database: Database, settings: Settings) -> Line:
    """Check that our keys decrypt every encrypted value, and count the values under older keys."""
    load_models()
    with database.read_session() as session:
        seen = key_usage(session, FieldCipher(*settings.encryption_secrets))
    if seen.lost:
        found = f"SECRET_KEY and FIELD_KEYS can't decrypt {seen.lost} of {seen.total} values"
        mend = "restore the SECRET_KEY or older FIELD_KEYS of this database; without them these values are lost"
        return Line("FAIL", "encryption", found, mend)
    if seen.older:
        found = f"{seen.older} of {seen.total} values are encrypted with an older key"
        return Line("warn", "encryption", found, "run `community reencrypt` to use the newest key")
    return Line("ok", "encryption", f"the newest key decrypts all {seen.total} values")


def check_audit(database: Database, settings: Settings) -> Line:
    """Check that the audit log ends with an entry under one of our keys."""
    with database.read_session() as session:
        holds = head_holds(session, AuditKeys(*settings.encryption_secrets))
    if holds:
        return Line("ok", "audit", "our keys signed the last entry; `community audit verify` checks all")
    found = "the last entry of the audit log isn't signed with our keys, so no entry can follow it"
    mend = "restore the SECRET_KEY or FIELD_KEYS that signed it, or run `community audit verify`"
    return Line("FAIL", "audit", found, mend)


def check_staff_factors(database: Database, settings: Settings) -> Line:
    """Check that staff need a second factor in production, and count those who cannot sign in for lack of one."""
    if not settings.is_staff_factor_required:
        found = "coordinators and admins may sign in with a password alone"
        if settings.is_production:
            return Line("warn", "staff", found, "set COMMUNITY_STAFF_FACTOR=required")
        return Line("ok", "staff", found)
    with database.read_session() as session:
        count = count_staff_without_factor(session)
    if count:
        found = f"{count} coordinators and admins have no second factor and can't work"
        return Line("warn", "staff", found, "an admin makes them a link, or run `community factor reset EMAIL`")
    return Line("ok", "staff", "every coordinator and admin has a second factor")


def check_clock(database: Database) -> Line:
    """Check that this machine and the database agree on the time."""
    if database.is_sqlite:
        return Line("ok", "clock", f"{machine_now():%Y-%m-%d %H:%M:%S} UTC; SQLite uses this clock")
    with database.engine.connect() as connection:
        before = machine_now()
        theirs = connection.scalar(select(func.clock_timestamp())) or before
        clock_difference = abs(theirs - (before + (machine_now() - before) / 2))
    found = f"this machine and the database are {clock_difference.total_seconds():.1f} s apart"
    if clock_difference > MAX_CLOCK_SKEW:
        return Line("warn", "clock", found, "sync both with NTP; links and leases expire by these clocks")
    return Line("ok", "clock", found)


def check_dates(database: Database) -> Line:
    """Check that upcoming occurrences are stored at the moment that their local time now means."""
    with database.read_session() as session:
        count = sum(1 for _ in drifted_occurrences(session, now=machine_now()))
    if count:
        found = f"{count} upcoming meetups don't match their local time"
        mend = "a worker corrects them within an hour; use the same tzdata on all machines"
        return Line("warn", "dates", found, mend)
    return Line("ok", "dates", "all upcoming meetups match their local time")


def check_events(database: Database) -> Line:
    """Check that workers keep up and that there are no dead letters."""
    now = machine_now()
    with database.read_session() as session:
        seen = standing(session, now=now)
    waited = (now - seen.due_since).total_seconds() if seen.due_since else 0
    if waited > MAX_WORKER_DELAY_SECONDS:
        found = f"{seen.due} due, the oldest for {waited:.0f} s"
        return Line("warn", "events", found, "start `community worker` and check its log")
    if seen.dead:
        return Line("warn", "events", f"{seen.dead} failed", "run `community events list` to see why")
    return Line("ok", "events", f"{seen.due} due, {seen.planned} scheduled, none failed")
