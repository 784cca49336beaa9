"""The audit log: appended with what it tells of, sealed by one writer, changed by nobody, and checked row by row."""

import io
import json
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import structlog
from alembic import command
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import DBAPIError

from community.core import audit_chain, audit_log, logging_setup
from community.core.audit_keys import AuditKeys
from community.core.audit_log import AuditEntry, AuditHead
from community.core.audit_verification import NO_KEY, UNKNOWN_KEY, WRONG_KEY, ChainVerification, verify
from community.core.db import Database
from community.core.errors import NotFound
from community.core.ids import new_id
from community.core.migrations import config, migrate, revisions
from community.core.pubsub import PubSub
from community.core.settings import Settings
from community.core.unit_of_work import UnitOfWorkFactory
from tests.conftest import NOON, SECRET, Act
from tests.factories import Cast
from tests.support.clock import ManualClock
from tests.support.postgres import Postgres

NEWER = "a newer secret of this place, as long as it has to be 0123456789"


def write(act: Act, cast: Cast, count: int) -> None:
    for number in range(count):
        with act.store.unit_of_work(cast.ada, now=act.now) as uow:
            audit_log.record(uow, "case.read", subject_id=cast.ben.id, member_id=cast.ben.id, number=number)
        act.later(seconds=1)


def sealed(act: Act, cast: Cast, count: int = 5) -> ChainVerification:
    write(act, cast, count)
    act(None, audit_chain.append_to_chain)
    verdict = check(act)
    assert (verdict.entries, verdict.unsealed, verdict.broken_at) == (count, 0, None)
    return verdict


def check(act: Act, known: tuple[int, str] | None = None, secrets: Sequence[str] = (SECRET,)) -> ChainVerification:
    return act.read(None, lambda ctx: verify(ctx.session, AuditKeys(*secrets), known=known))


def unguarded(database: Database, *statements: Any) -> None:
    """Change rows as somebody who may take the triggers away."""
    with database.engine.begin() as connection:
        kept = []
        if database.is_sqlite:
            kept = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").all()
            for name, _ in kept:
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            connection.execute(text(statement) if isinstance(statement, str) else statement)
        for _, sql in kept:
            connection.exec_driver_sql(sql)


def entries_in(database: Database) -> list[dict[str, Any]]:
    with database.engine.connect() as connection:
        query = select(AuditEntry.__table__).order_by(AuditEntry.place)
        return [dict(row) for row in connection.execute(query).mappings()]


def put_instead(database: Database, entries: list[dict[str, Any]], *, keyless: int = 0) -> None:
    """Have these entries and no others, with a head that fits them."""
    last = entries[-1]
    unguarded(
        database,
        "DELETE FROM audit_entries",
        insert(AuditEntry).values(entries),
        update(AuditHead).values(place=last["place"], hash=last["hash"], keyless=keyless),
    )


def rebuilt(entries: list[dict[str, Any]], **seal: Any) -> list[dict[str, Any]]:
    """The chain of these entries with hashes that are right, as anybody can work them out."""
    before, chain = audit_chain.START, []
    for place, entry in enumerate(entries, 1):
        row = AuditEntry(**entry)
        before = audit_chain.hash_of(row, place=place, before=before)
        chain.append({**entry, "place": place, "hash": before, **seal})
    return chain


def test_an_entry_stands_with_what_it_tells_of_or_not_at_all(
    act: Act, cast: Cast, store: UnitOfWorkFactory
) -> None:  # S29
    def refused() -> None:
        with store.unit_of_work(cast.ada, now=NOON) as uow:
            audit_log.record(uow, "case.read", subject_id=cast.ben.id)
            raise NotFound

    with pytest.raises(NotFound):
        refused()
    write(act, cast, 1)
    with store.read_context() as ctx:
        [entry] = ctx.session.query(AuditEntry)
        assert (entry.actor_id, entry.action, entry.member_id, entry.facts) == (
            cast.ada.id,
            "case.read",
            cast.ben.id,
            {"number": 0},
        )


REFUSED = (
    "UPDATE audit_entries SET action = 'nothing'",
    "UPDATE audit_entries SET place = place + 10",
    "UPDATE audit_entries SET hash = ''",
    "UPDATE audit_entries SET mac = NULL",
    "UPDATE audit_entries SET place = 9, hash = 'x', key_id = 'x', mac = 'x' WHERE place IS NULL",
    "UPDATE audit_entries SET place = 3, hash = 'x' WHERE place IS NULL",
    "DELETE FROM audit_entries",
    "DELETE FROM audit_entries WHERE place IS NULL",
    "INSERT INTO audit_entries SELECT * FROM audit_entries WHERE place = 1",
    "UPDATE audit_head SET place = 1",
    "UPDATE audit_head SET place = 9",
    "UPDATE audit_head SET hash = 'x'",
    "UPDATE audit_head SET keyless = 2",
    "UPDATE audit_head SET place = 1, hash = (SELECT hash FROM audit_entries WHERE place = 1)",
    "DELETE FROM audit_head",
    "INSERT INTO audit_head (id, place, hash, keyless) VALUES (2, 5, 'x', 0)",
)
REFUSED_BY_POSTGRES = ("TRUNCATE audit_entries", "TRUNCATE audit_head", "TRUNCATE audit_entries, audit_head CASCADE")
OVER_ID = "SELECT id, at, actor_id, 'nothing', subject_id, member_id, facts FROM audit_entries WHERE place = 1"
OVER_ROWID = "SELECT rowid, 'x', at, 'nothing', facts FROM audit_entries WHERE place = 1"
REFUSED_BY_SQLITE = (
    f"INSERT OR REPLACE INTO audit_entries (id, at, actor_id, action, subject_id, member_id, facts) {OVER_ID}",
    f"INSERT OR REPLACE INTO audit_entries (rowid, id, at, action, facts) {OVER_ROWID}",
    "UPDATE OR REPLACE audit_entries SET place = 1, hash = 'x', key_id = 'x', mac = 'x' WHERE place IS NULL",
    "UPDATE OR REPLACE audit_entries SET rowid = 1, place = 3, hash = 'x', key_id = 'x', mac = 'x' WHERE place IS NULL",
    f"REPLACE INTO audit_head (id, place, hash, keyless) VALUES (1, 0, '{audit_chain.START}', 0)",
)


def test_the_database_refuses_to_change_or_forget_an_entry(act: Act, cast: Cast, database: Database) -> None:  # S29
    """A7: emptying, ready rows and another head were taken."""
    sealed(act, cast, 2)
    write(act, cast, 1)
    before = entries_in(database)
    for statement in (*REFUSED, *(REFUSED_BY_SQLITE if database.is_sqlite else REFUSED_BY_POSTGRES)):
        with pytest.raises(DBAPIError, match="only appended to"), database.engine.begin() as connection:
            connection.execute(text(statement))
    assert entries_in(database) == before
    assert check(act).broken_at is None


def seals() -> list[Any]:
    key_id, mac = AuditKeys(NEWER).mac("anything")
    return [
        pytest.param({"key_id": None, "mac": None}, NO_KEY, id="no key"),
        pytest.param({}, WRONG_KEY, id="the old macs"),
        pytest.param({"mac": mac}, WRONG_KEY, id="another mac"),
        pytest.param({"key_id": key_id, "mac": mac}, NO_KEY, id="an unknown key"),
    ]


@pytest.mark.parametrize(("seal", "why"), seals())
def test_a_chain_rebuilt_without_the_key_shows(
    act: Act, cast: Cast, database: Database, seal: dict[str, Any], why: str
) -> None:
    """A7: one entry taken out, all hashes worked out anew."""
    sealed(act, cast)
    entries = entries_in(database)
    put_instead(database, entries[:1] + rebuilt(entries[:1] + entries[2:], **seal)[1:])
    verdict = check(act)
    assert verdict.broken_at == 2
    assert verdict.why in (why, UNKNOWN_KEY)
    assert verdict.entries >= 1


def test_nothing_is_sealed_upon_a_head_that_is_not_ours(act: Act, cast: Cast, database: Database) -> None:
    """A7: the sealer would vouch for a rebuilt chain with its next entry."""
    sealed(act, cast)
    entries = entries_in(database)
    for seal in ({"key_id": None, "mac": None}, {}, {"key_id": "deadbeef"}):
        put_instead(database, rebuilt(entries[:1] + entries[2:], **seal))
        write(act, cast, 1)
        act(None, audit_chain.append_to_chain)
        verdict = check(act)
        assert (verdict.broken_at is not None, verdict.unsealed) == (True, 1)
        unguarded(database, "DELETE FROM audit_entries WHERE place IS NULL")
    put_instead(database, entries)
    write(act, cast, 1)
    act(None, audit_chain.append_to_chain)
    verdict = check(act)
    assert (verdict.entries, verdict.unsealed, verdict.broken_at) == (6, 0, None)


def test_keys_turn_and_the_old_one_may_go(act: Act, cast: Cast, store: UnitOfWorkFactory, database: Database) -> None:
    """A7: a newer key vouches at once for what the older one sealed."""
    sealed(act, cast, 2)
    assert check(act, secrets=(NEWER,)).broken_at == 1
    turned = UnitOfWorkFactory(database, PubSub(None), secrets=(NEWER, SECRET))
    with turned.unit_of_work(now=act.now) as uow:
        audit_chain.append_to_chain(uow)
    for secrets in ((NEWER, SECRET), (SECRET, NEWER), (NEWER,)):
        verdict = check(act, secrets=secrets)
        assert (verdict.entries, verdict.broken_at) == (3, None)
    assert check(act, secrets=(SECRET,)).broken_at == 3
    with turned.unit_of_work(now=act.now) as uow:
        audit_chain.append_to_chain(uow)
    assert check(act, secrets=(NEWER,)).entries == 3  # once is enough


def test_no_entry_is_sealed_without_a_key(act: Act, cast: Cast, database: Database) -> None:
    """A7: a process that has no key leaves entries for one that has."""
    write(act, cast, 2)
    with UnitOfWorkFactory(database, PubSub(None)).unit_of_work(now=act.now) as uow:
        assert not audit_chain.append_to_chain(uow)
    assert check(act).unsealed == 2


def test_entries_from_before_keys_hold_and_are_vouched_for(
    request: pytest.FixtureRequest, tmp_path: Path, database: Database
) -> None:
    """A7: the chain of an older version goes on, up, down and up again."""
    postgres: Postgres = request.getfixturevalue("postgres")
    url = f"sqlite:///{tmp_path / 'older.sqlite3'}" if database.is_sqlite else str(postgres.create_database("older"))
    migrate(url, to=str(revisions()["audit_keys"]))
    older = Database(url)
    act = Act(UnitOfWorkFactory(older, PubSub(None), secrets=(SECRET,)), ManualClock())
    chain = rebuilt([{"id": new_id(), "at": NOON, "action": "case.read", "facts": {"n": n}} for n in range(3)])
    names = ("id", "at", "action", "facts", "place", "hash")
    with older.engine.begin() as connection:
        for row in chain:
            connection.execute(insert(AuditEntry.__table__).values({name: row[name] for name in names}))
        head = {"hash": chain[-1]["hash"]}
        connection.execute(text("INSERT INTO audit_head (id, place, hash) VALUES (1, 3, :hash)"), head)

    migrate(url)
    verdict = check(act)
    assert (verdict.entries, verdict.keyless, verdict.broken_at) == (3, 3, None)
    act(None, audit_chain.append_to_chain)
    verdict = check(act)
    assert (verdict.entries, verdict.keyless, verdict.broken_at) == (4, 3, None)
    sealed_chain = entries_in(older)
    put_instead(older, rebuilt(sealed_chain[1:], mac=None, key_id=None), keyless=3)
    assert check(act).broken_at is None  # nothing in the database can tell; the head that was kept does
    assert check(act, (4, sealed_chain[-1]["hash"])).broken_at == 4
    put_instead(older, sealed_chain[:1] + rebuilt(sealed_chain)[1:3] + sealed_chain[3:], keyless=3)
    assert check(act).broken_at is None
    put_instead(older, rebuilt([sealed_chain[0] | {"facts": {"n": 9}}, *sealed_chain[1:]]), keyless=3)
    assert (check(act).broken_at, check(act).why) == (4, WRONG_KEY)
    put_instead(older, sealed_chain, keyless=3)

    command.downgrade(config(url), str(revisions()["audit_keys"]))
    migrate(url)
    act(None, audit_chain.append_to_chain)
    verdict = check(act)
    assert (verdict.entries, verdict.keyless, verdict.broken_at) == (5, 4, None)
    older.dispose()


def test_the_head_is_in_the_log_whatever_its_level(act: Act, cast: Cast) -> None:
    """A7: the line lacked place and hash, so no copy of the head was anywhere else."""
    kept = sealed(act, cast, 2)
    before, lines = structlog.get_config(), io.StringIO()
    structlog.configure(
        processors=logging_setup.PROCESSORS,
        wrapper_class=structlog.make_filtering_bound_logger(40),
        logger_factory=structlog.PrintLoggerFactory(lines),
    )
    try:
        act(None, audit_chain.log_chain_head)
    finally:
        structlog.configure(**before)
    line = json.loads(lines.getvalue())
    assert (line["event"], line["place"], line["hash"]) == ("audit.head", 2, kept.head)
    unguarded(act.store.database, "DELETE FROM audit_entries WHERE place = 2")
    hash_of_first = "(SELECT hash FROM audit_entries WHERE place = 1)"
    unguarded(act.store.database, f"UPDATE audit_head SET place = 1, hash = {hash_of_first}")
    assert check(act).broken_at is None
    assert check(act, (line["place"], line["hash"])).broken_at == 2


BROKEN = (
    ("UPDATE audit_entries SET action = 'case.rea1' WHERE place = 3", 3),
    ("UPDATE audit_entries SET facts = '{\"number\": 9}' WHERE place = 2", 2),
    ("UPDATE audit_entries SET member_id = NULL WHERE place = 4", 4),
    ("UPDATE audit_entries SET place = CASE place WHEN 2 THEN 92 ELSE 93 END WHERE place IN (2, 3)", 2),
    ("UPDATE audit_entries SET hash = (SELECT hash FROM audit_entries WHERE place = 1) WHERE place = 4", 4),
    ("DELETE FROM audit_entries WHERE place = 5", 5),
    ("DELETE FROM audit_entries WHERE place = 1", 1),
    ("DELETE FROM audit_entries", 1),
    ("DELETE FROM audit_head", 6),
)


def test_the_first_bad_row_is_named_whatever_was_done(act: Act, cast: Cast, database: Database) -> None:  # S29
    sealed(act, cast)
    tables = [AuditEntry.__table__, AuditHead.__table__]
    with database.engine.connect() as connection:
        kept = [[dict(row) for row in connection.execute(table.select()).mappings()] for table in tables]
    for statement, row in BROKEN:
        unguarded(database, statement)
        assert check(act).broken_at == row, statement
        for table, rows in zip(tables, kept, strict=True):
            unguarded(database, f"DELETE FROM {table.name}", table.insert().values(rows))
        assert check(act).broken_at is None


def test_a_log_cut_short_with_its_head_shows_by_the_head_kept_elsewhere(
    act: Act, cast: Cast, database: Database
) -> None:  # S29
    kept = sealed(act, cast)
    unguarded(database, "DELETE FROM audit_entries WHERE place > 3")
    unguarded(
        database,
        "UPDATE audit_head SET place = 3, hash = (SELECT hash FROM audit_entries WHERE place = 3) WHERE id = 1",
    )
    assert check(act).broken_at is None
    assert check(act, (5, kept.head)).broken_at == 4
    assert check(act, (3, kept.head)).broken_at == 3


def test_many_workers_seal_one_chain(act: Act, cast: Cast, store: UnitOfWorkFactory) -> None:  # S29
    write(act, cast, 30)
    failed: list[Exception] = []

    def work(_number: int) -> None:
        for _ in range(5):
            try:
                with store.unit_of_work(now=act.now) as uow:
                    audit_chain.append_to_chain(uow)
            except DBAPIError as error:  # two at the very first time
                failed.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    act(None, audit_chain.append_to_chain)

    verdict = check(act)
    assert (verdict.entries, verdict.unsealed, verdict.broken_at) == (30, 0, None)
    assert len(failed) <= 3


def test_the_command_says_what_holds_and_names_what_does_not(
    act: Act, cast: Cast, database: Database, settings: Settings
) -> None:
    from community.core.audit_commands import verify_audit

    verdict = sealed(act, cast)

    def said(head: str | None) -> tuple[int, str]:
        return _said(settings, head, verify_audit)

    assert said(None) == (0, f"5 entries are valid, 0 not signed yet.\nHead 5:{verdict.head}\n")
    assert said(f"5:{verdict.head}")[0] == 0
    assert said("5:short")[0] == 2
    unguarded(database, "DELETE FROM audit_entries WHERE place = 2")
    assert said(None) == (1, "Row 2: this entry is missing. The 1 entries before it are valid.\n")


def _said(settings: Settings, head: str | None, command: Callable[..., int]) -> tuple[int, str]:
    import contextlib
    import io

    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        code = command(settings, head=head)
    return code, out.getvalue()
