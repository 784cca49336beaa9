"""The supervisor: what dies is back, what is stopped is gone, nobody serves twice."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.free_ports import free_port
from tests.support.service import ROOT, Service
from tests.support.waiting import until


def is_running(pid: int) -> bool:
    """Whether a process still runs; one that ended and that nobody has asked after yet does not."""
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def test_a_killed_child_is_back_and_stopping_leaves_nothing(tmp_path: Path) -> None:
    with Service(tmp_path, web=2, workers=1) as service:
        for kind in ("community web", "community worker"):
            before = set(service.pids(kind))
            assert before
            os.kill(min(before), signal.SIGKILL)
            until(
                lambda kind=kind, before=before: len(set(service.pids(kind)) - {min(before)}) >= len(before),
                within=5,
                what=f"{kind} to be back",
            )
        kinds = ("community web", "community worker", "valkey-server")
        pids = {pid for kind in kinds for pid in service.pids(kind)}

        started = time.monotonic()
        service.stop()

        assert time.monotonic() - started < 15, "stopped before it was killed"
        assert not [pid for pid in pids if is_running(pid)]
        left = {path.name for path in (tmp_path / "var").iterdir()}
        assert left == {"community.sqlite3", "community.sqlite3.write-lock", "secret-key"}


def test_a_second_server_is_refused_with_one_line(tmp_path: Path) -> None:
    with Service(tmp_path, workers=0) as service:
        words = [sys.executable, "-m", "community.cli", "serve", "--workers", "0", "--port"]
        for port, env, reason in (
            (str(free_port()), service.env, "data directory"),
            (str(service.port), {**service.env, "COMMUNITY_DATA_DIR": str(tmp_path / "other")}, "can't be used"),
        ):
            second = subprocess.run(
                [*words, port], env=env, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False
            )
            assert second.returncode == 1
            [line] = second.stderr.strip().splitlines()
            assert reason in line


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://x"),
        ("COMMUNITY_ENV", "production"),
        ("PORT", "many"),
        ("COMMUNITY_SEND_LIMIT", "lots"),
    ],
)
def test_a_wrong_setting_stops_the_start_and_is_named(tmp_path: Path, name: str, value: str) -> None:
    env = {**os.environ, "COMMUNITY_DATA_DIR": str(tmp_path), name: value}
    done = subprocess.run(
        [sys.executable, "-m", "community.cli", "migrate"],
        env=env,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "expected" in done.stderr
    assert "Traceback" not in done.stderr
