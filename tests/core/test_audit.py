"""The audit log: appended with what it tells of, sealed by one writer, changed by nobody, and checked row by row."""

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from community.core import audit
from community.core.audit import AuditEntry, AuditHead
from community.core.db import Database
from community.core.errors import NotFound
from community.core.settings import Settings
from community.core.unit_of_work import Store
from tests.conftest import NOON, Act
from tests.factories import Cast


def write(act: Act, cast: Cast, count: int) -> None:
    for number in range(count):
        with act.store.unit_of_work(cast.ada, now=act.now) as uow:
            audit.record(uow, "case.read", subject_id=cast.ben.id, member_id=cast.ben.id, number=number)
        act.later(seconds=1)


def sealed(act: Act, cast: Cast, count: int = 5) -> audit.Verdict:
    write(act, cast, count)
    act(None, audit.seal)
    verdict = check(act)
    assert (verdict.entries, verdict.unsealed, verdict.broken_at) == (count, 0, None)
    return verdict


def check(act: Act, known: tuple[int, str] | None = None) -> audit.Verdict:
    return act.look(None, lambda look: audit.verify(look.session, known=known))


def unguarded(database: Database, statement: str) -> None:
    """Change a row as somebody who may take the triggers away."""
    with database.engine.begin() as connection:
        if database.is_sqlite:
            kept = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").all()
            for name, _ in kept:
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
            connection.execute(text(statement))
            for _, sql in kept:
                connection.exec_driver_sql(sql)
            return
        connection.execute(text("ALTER TABLE audit_entries DISABLE TRIGGER ALL"))
        connection.execute(text(statement))
        connection.execute(text("ALTER TABLE audit_entries ENABLE TRIGGER ALL"))


def test_an_entry_stands_with_what_it_tells_of_or_not_at_all(act: Act, cast: Cast, store: Store) -> None:  # S29
    def refused() -> None:
        with store.unit_of_work(cast.ada, now=NOON) as uow:
            audit.record(uow, "case.read", subject_id=cast.ben.id)
            raise NotFound

    with pytest.raises(NotFound):
        refused()
    write(act, cast, 1)
    with store.reading() as look:
        [entry] = look.session.query(AuditEntry)
        assert (entry.actor_id, entry.action, entry.member_id, entry.facts) == (
            cast.ada.id,
            "case.read",
            cast.ben.id,
            {"number": 0},
        )


def test_the_database_refuses_to_change_or_forget_an_entry(act: Act, cast: Cast, database: Database) -> None:  # S29
    sealed(act, cast, 2)
    for statement in (
        "UPDATE audit_entries SET action = 'nothing'",
        "UPDATE audit_entries SET place = place + 10",
        "UPDATE audit_entries SET hash = ''",
        "DELETE FROM audit_entries",
    ):
        with pytest.raises(DBAPIError, match="only appended to"), database.engine.begin() as connection:
            connection.execute(text(statement))
    assert check(act).broken_at is None


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
            unguarded(database, f"DELETE FROM {table.name}")
            with database.engine.begin() as connection:
                connection.execute(table.insert(), rows)
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


def test_many_workers_seal_one_chain(act: Act, cast: Cast, store: Store) -> None:  # S29
    write(act, cast, 30)
    failed: list[Exception] = []

    def work(_number: int) -> None:
        for _ in range(5):
            try:
                with store.unit_of_work(now=act.now) as uow:
                    audit.seal(uow)
            except DBAPIError as error:  # two at the very first time
                failed.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    act(None, audit.seal)

    verdict = check(act)
    assert (verdict.entries, verdict.unsealed, verdict.broken_at) == (30, 0, None)
    assert len(failed) <= 3


def test_the_command_says_what_holds_and_names_what_does_not(
    act: Act, cast: Cast, database: Database, settings: Settings
) -> None:
    from community.core.commands import verify_audit

    verdict = sealed(act, cast)

    def said(head: str | None) -> tuple[int, str]:
        return _said(settings, head, verify_audit)

    assert said(None) == (0, f"5 entries hold, 0 wait to be sealed.\nHead 5:{verdict.head}\n")
    assert said(f"5:{verdict.head}")[0] == 0
    assert said("5:short")[0] == 2
    unguarded(database, "DELETE FROM audit_entries WHERE place = 2")
    assert said(None) == (1, "Row 2: this entry is gone. 1 entries before it hold.\n")


def _said(settings: Settings, head: str | None, command: Callable[..., int]) -> tuple[int, str]:
    import contextlib
    import io

    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        code = command(settings, head=head)
    return code, out.getvalue()
