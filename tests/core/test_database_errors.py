"""A database that cannot be asked is told from work that failed, and what comes back is used again."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from sqlalchemy import event, text

from community.core.database_errors import is_database_unavailable, is_passing
from community.core.db import Database
from community.core.unit_of_work import Actor
from tests.conftest import SignedInClient
from tests.factories import Cast

AWAY = ("08000", "08003", "08006", "53000", "53100", "53200", "53300", "57P01", "57P02", "57P03", "58000", "58030")
PASSING = ("40001", "40P01", "55P03", "57014")
OURS = ("23505", "22001", "42P01", "42501", "XX000", "XX001", "25P02")


@pytest.mark.parametrize("state", [*AWAY, "25006", *PASSING, *OURS])
def test_each_state_of_postgresql_has_its_kind(state: str) -> None:
    """The web and the workers ask one classifier."""
    error = psycopg.errors.lookup(state)("x")
    assert is_database_unavailable(error) is (state in (*AWAY, "25006"))
    assert is_passing(error) is (state not in OURS)


@contextmanager
def on_each_connection(database: Database, pragma: str) -> Iterator[None]:
    """Have every connection of SQLite do this before it is used."""

    def prepare(connection: Any, _record: object, _fairy: object) -> None:
        connection.execute(f"PRAGMA {pragma}").close()

    event.listen(database.engine, "checkout", prepare)
    try:
        yield
    finally:
        event.remove(database.engine, "checkout", prepare)
        database.engine.dispose()


@contextmanager
def read_only(database: Database) -> Iterator[None]:
    """Have the database refuse writes, as a standby does, and a service whose disk is full."""
    if database.is_sqlite:
        with on_each_connection(database, "query_only=ON"):
            yield
        return

    def say(words: str) -> None:
        with database.engine.connect() as connection:
            connection.execute(text("SET TRANSACTION READ WRITE"))
            connection.execute(text(f'ALTER DATABASE "{database.url.database}" {words}'))
            connection.commit()

    say("SET default_transaction_read_only = on")
    database.engine.dispose()
    try:
        yield
    finally:
        say("RESET default_transaction_read_only")


def post_something(client: SignedInClient) -> Any:
    return client.post("/rooms", {"kind": "open", "name": "Porch", "topic": ""})


def test_ada_is_asked_to_wait_while_nothing_can_be_written(
    database: Database, api: Callable[[Actor], SignedInClient], cast: Cast
) -> None:
    """25006 and SQLITE_READONLY were 500; and sessions that began read-only stayed so afterwards."""
    ada = api(cast.ada)
    assert post_something(ada).status_code == 201
    with read_only(database):
        for _ in range(3):
            answer = post_something(ada)
            assert (answer.status_code, answer.json["code"]) == (503, "busy")
            assert int(answer.headers["Retry-After"]) >= 1
        assert ada.get("/rooms").status_code == 200
    post_something(ada)  # over a session of PostgreSQL that began while it was read-only; it closes all of them
    assert [post_something(ada).status_code for _ in range(6)] == [201] * 6


def test_ada_is_asked_to_wait_while_the_disk_is_full(
    database: Database, api: Callable[[Actor], SignedInClient], cast: Cast
) -> None:
    """SQLite says SQLITE_FULL, here of a file that may not grow."""
    if not database.is_sqlite:
        pytest.skip("a full disk of PostgreSQL needs a file system of its own")
    ada = api(cast.ada)
    assert post_something(ada).status_code == 201
    with on_each_connection(database, "max_page_count=1"):  # the smallest that SQLite takes: what there is already
        answers = [post_something(ada) for _ in range(60)]
        assert {answer.status_code for answer in answers} <= {201, 503}
        assert answers[-1].status_code == 503
        assert answers[-1].json["code"] == "busy"
    assert post_something(ada).status_code == 201


def test_a_file_of_sqlite_that_cannot_be_opened_is_away(tmp_path: Any) -> None:
    """SQLITE_CANTOPEN, and not of SQLAlchemy's wrapping."""
    with pytest.raises(sqlite3.OperationalError) as raised:
        sqlite3.connect(tmp_path / "nowhere" / "x.sqlite3").execute("SELECT 1")
    assert is_database_unavailable(raised.value)
