"""The demo's sign-ins are known to everybody: they never get into production, or into anybody else's hands."""

import os
import runpy
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from community.cli import main
from community.core.db import Database
from community.core.settings import load_settings
from community.demo import loading
from tests.support.postgres import Postgres

SECRET = "a-secret-for-tests-that-is-long-enough-0123456789"
ROOT = Path(__file__).parents[2]
PRODUCTION = {
    "COMMUNITY_ENV": "production",
    "PUBLIC_URL": "https://place.example",
    "MAIL_URL": "smtp://localhost:25",
    "MAIL_FROM": "notes@place.example",
}


def load(folder: Path, *words: str, **env: str) -> Any:
    given = {
        "COMMUNITY_DATA_DIR": str(folder),
        "DATABASE_URL": f"sqlite:///{folder}/here.sqlite3",
        "SECRET_KEY": SECRET,
    }
    return CliRunner().invoke(main, ["demo", "--members", "4", *words], env={**given, **env})


@pytest.mark.parametrize("words", [(), ("--if-empty",), ("--quiet", "--if-empty")])
def test_the_demo_is_refused_in_production(tmp_path: Path, words: tuple[str, ...]) -> None:
    """A15: the demo's coordinator, whose password is printed in its help, was served in production."""
    answer = load(tmp_path, *words, **PRODUCTION)
    assert answer.exit_code != 0
    assert "this is production" in answer.output
    assert not list(tmp_path.iterdir())


def test_no_other_account_reads_the_demos_tokens(tmp_path: Path) -> None:
    """A15: tokens and sign-ins were written for everybody to read, also over a file from before."""
    tokens = tmp_path / "tokens.csv"
    tokens.write_text("from before")
    tokens.chmod(0o644)
    assert load(tmp_path, "--tokens", str(tokens)).exit_code == 0

    for file in (tokens, tmp_path / "demo-sign-ins.txt"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "from before" not in tokens.read_text()
    assert load(tmp_path, "--tokens", os.devnull).exit_code == 0


@pytest.mark.parametrize(
    ("env", "may"),
    [
        ({}, True),
        ({"COMMUNITY_ENV": "development"}, True),
        ({"DATABASE_URL": "postgresql://localhost/somebodys"}, False),
        ({"COMMUNITY_ENV": "production"}, False),
    ],
)
def test_the_one_command_loads_a_demo_into_its_own_database_alone(
    monkeypatch: pytest.MonkeyPatch, env: dict[str, str], may: bool
) -> None:
    """A15: `dev.py run` loaded it into any empty database that DATABASE_URL named."""
    dev = runpy.run_path(str(ROOT / "dev.py"), run_name="dev")
    for name in ("DATABASE_URL", "COMMUNITY_ENV"):
        monkeypatch.delenv(name, raising=False)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    assert dev["may_have_demo"]() is may


def lived_in(url: str, folder: Path, now: datetime) -> Callable[[str], list[Any]]:
    """Load the lived-in demo as of a moment; a function that returns the first column of a query."""
    settings = load_settings({"COMMUNITY_DATA_DIR": str(folder), "DATABASE_URL": url, "SECRET_KEY": SECRET})
    options: dict[str, Any] = {"members": None, "rooms": 4, "seed": 1, "tokens": None, "if_empty": True, "quiet": True}
    assert loading.load(settings, clock=lambda: now, **options) == 0

    def rows(query: str) -> list[Any]:
        database = Database(url)
        try:
            with database.read_session() as session:
                return list(session.scalars(text(query)))
        finally:
            database.dispose()

    return rows


@pytest.mark.parametrize(
    "now",
    [
        pytest.param(datetime(2027, 3, 14, 10, 30, tzinfo=UTC), id="clocks-go-forward", marks=pytest.mark.prove),
        pytest.param(datetime(2028, 2, 29, 4, 5, tzinfo=UTC), id="leap-day", marks=pytest.mark.prove),
        pytest.param(datetime(2026, 12, 31, 23, 30, tzinfo=UTC), id="end-of-year"),
    ],
)
def test_dana_finds_something_on_every_page_of_the_demo(tmp_path: Path, now: datetime) -> None:
    rows = lived_in(f"sqlite:///{tmp_path}/here.sqlite3", tmp_path, now)

    assert rows("SELECT count(*) FROM messages WHERE created_at < (SELECT max(created_at) FROM messages)")[0] > 80
    assert rows("SELECT count(*) FROM rsvps WHERE state = 'waitlisted'") == [2]
    assert rows("SELECT count(DISTINCT occurrence_id) FROM attendance")[0] >= 2
    assert rows("SELECT count(*) FROM meetups WHERE paused_at IS NOT NULL") == [0]
    assert rows("SELECT count(*) FROM pairings WHERE state = 'active'")[0] >= 3
    sable = "(SELECT id FROM members WHERE handle = 'Sable')"  # the match runs find no one who speaks her language
    assert rows(f"SELECT count(*) FROM suggestions WHERE {sable} IN (a_id, b_id)") == [0]
    otis = "(SELECT id FROM members WHERE handle = 'Otis')"
    assert rows(f"SELECT count(*) FROM suggestions WHERE state = 'suggested' AND {otis} IN (a_id, b_id)") == [1]
    assert rows("SELECT state FROM cases") == ["open"]
    assert rows("SELECT state FROM reach_outs") == ["closed"]
    assert rows("SELECT count(*) FROM staff_tasks WHERE done_at IS NULL")[0] >= 3
    assert rows("SELECT count(*) FROM deliveries WHERE medium != 'inapp' AND state = 'due'") == [0]
    assert rows("SELECT count(*) FROM outbox_events WHERE last_error IS NOT NULL") == [0]
    for handle in ("Wren", "Juniper", "Otis", "Dana"):
        unread = "read_at IS NULL AND member_id = (SELECT id FROM members WHERE handle = '{}')"
        assert rows(f"SELECT count(*) FROM notifications WHERE {unread.format(handle)}")[0] >= 1, handle


def test_an_interrupted_demo_says_so_and_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path}/community.sqlite3"
    settings = load_settings({"COMMUNITY_DATA_DIR": str(tmp_path), "DATABASE_URL": url, "SECRET_KEY": SECRET})
    moments = iter([datetime(2027, 6, 1, 18, 0, tzinfo=UTC)] * 2)

    def clock() -> datetime:
        for moment in moments:
            return moment
        raise KeyboardInterrupt  # after the members are stored, before the story

    options: dict[str, Any] = {"members": None, "rooms": 4, "seed": 1, "tokens": None, "quiet": True}
    with pytest.raises(KeyboardInterrupt):
        loading.load(settings, clock=clock, if_empty=True, **options)
    monkeypatch.setenv("COMMUNITY_DATA_DIR", str(tmp_path))
    assert runpy.run_path(str(ROOT / "dev.py"), run_name="dev")["has_members"]() is False  # so `run` asks the command
    for if_empty in (True, False):
        assert loading.load(settings, if_empty=if_empty, **options) == 1


def test_the_demo_loads_into_postgresql_and_only_once(tmp_path: Path, postgres: Postgres) -> None:
    postgres_url = postgres.create_database("lived_in")
    now = datetime(2027, 6, 1, 18, 0, tzinfo=UTC)
    rows = lived_in(postgres_url, tmp_path, now)
    before = rows("SELECT count(*) FROM messages")

    assert lived_in(postgres_url, tmp_path, now + timedelta(days=1))("SELECT count(*) FROM messages") == before
    assert rows("SELECT count(*) FROM pairings WHERE state = 'active'")[0] >= 3
