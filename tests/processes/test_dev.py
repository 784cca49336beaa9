"""`python3 dev.py run`: a second start installs, builds and loads nothing, and keeps what is there."""

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import requests

from tests.support.service import ROOT, Service
from tests.support.waiting import until

pytestmark = pytest.mark.skipif(
    not Path(sys.prefix).samefile(ROOT / ".venv"), reason="runs in the environment that dev.py made"
)


def members(folder: Path) -> list[tuple[str, str]]:
    """Who is in the database, and since when."""
    with closing(sqlite3.connect(folder / "var" / "community.sqlite3")) as connection:
        return connection.execute("SELECT email, created_at FROM members ORDER BY email").fetchall()


def test_a_start_with_everything_done_does_nothing_again(tmp_path: Path) -> None:
    service = Service(tmp_path)
    dev = [sys.executable, str(ROOT / "dev.py")]
    subprocess.run([*dev, "setup"], check=True, capture_output=True)
    service.community("demo")
    there = members(tmp_path)
    said = tmp_path / "said"

    process = subprocess.Popen(
        [*dev, "run"], cwd=tmp_path, env=service.env, stdout=said.open("wb"), stderr=subprocess.STDOUT
    )
    try:
        until(lambda: process.poll() is not None or "Otis" in said.read_text(), within=60, what="the demo's sign-ins")
        answer = requests.get(f"{service.url}/readyz", timeout=5)
    finally:
        process.send_signal(signal.SIGINT)

    assert process.wait(20) == 0
    assert answer.json()["status"] == "ok"
    shown = [line for line in said.read_text().splitlines() if not line.startswith("{")]  # without the log
    assert "\n".join(shown).startswith(f"Ready at {service.url}\nSign in as one of these:\n")
    assert members(tmp_path) == there != []
