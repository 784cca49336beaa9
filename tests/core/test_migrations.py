"""What a start wants to know of migrations without loading them."""

import sqlite3
from contextlib import closing
from pathlib import Path

from alembic.script import ScriptDirectory

from community.core.migrations import config, head_revision, migrate, present_revision, revisions
from community.core.sqlite_probe import checkpoint, file_of
from tests.support.postgres import Postgres


def test_the_files_say_what_alembic_says() -> None:
    scripts = ScriptDirectory.from_config(config())

    assert revisions() == {script.revision: script.down_revision for script in scripts.walk_revisions()}
    assert head_revision() == scripts.get_current_head()


def test_a_database_says_where_it_is(tmp_path: Path, postgres: Postgres) -> None:
    for url in (f"sqlite:///{tmp_path / 'new.sqlite3'}", postgres.create_database("revisions")):
        assert present_revision(url) is None
        migrate(url, to="rooms")
        assert present_revision(url) == "rooms"
        migrate(url)
        assert present_revision(url) == head_revision()


def test_looking_makes_no_file(tmp_path: Path) -> None:
    assert present_revision(f"sqlite:///{tmp_path / 'none.sqlite3'}") is None
    assert list(tmp_path.iterdir()) == []


def test_folding_leaves_one_file(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'one.sqlite3'}"
    migrate(url)
    with closing(sqlite3.connect(tmp_path / "one.sqlite3")) as left_open:
        left_open.execute("CREATE TABLE more (id)")
        left_open.commit()
        kept = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    for name, content in kept.items():  # as a process that was killed leaves them
        (tmp_path / name).write_bytes(content)
    assert (tmp_path / "one.sqlite3-wal").exists()

    checkpoint(tmp_path / "one.sqlite3")

    assert {path.name for path in tmp_path.iterdir()} == {"one.sqlite3", "one.sqlite3.write-lock"}
    assert present_revision(url) == head_revision()


def test_only_a_sqlite_url_names_a_file() -> None:
    assert file_of("sqlite:////srv/community.sqlite3?timeout=5") == Path("/srv/community.sqlite3")
    assert file_of("sqlite:///community.sqlite3") == Path.cwd() / "community.sqlite3"
    assert file_of("postgresql+psycopg://host/name") is None
