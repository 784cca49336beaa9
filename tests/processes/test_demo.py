"""The demo's sign-ins are known to everybody: they never get into production, or into anybody else's hands."""

import os
import runpy
import stat
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from community.cli import main

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
