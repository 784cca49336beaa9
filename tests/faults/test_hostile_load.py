"""A hostile member sends whatever they like: others keep their pace, and nothing grows."""

import json
import re
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

from community.core.metrics import METHODS
from tests.support.demo_server import DemoServer, serve_demo
from tests.support.proof_output import print_figure
from tests.support.service import ROOT

pytestmark = pytest.mark.faults
ATTACKER, BEN, CLEO = 3, 1, 2
SMALL = {"values": 2, "methods": 20, "messages": 12, "rate": 200, "quiet": 10}
FULL = {"values": 41, "methods": 5_000, "messages": 1_000, "rate": 60, "quiet": 400}


def talk(server: DemoServer) -> Callable[[int], float]:
    """Return a function by which Ben posts a message and Cleo reads it; it takes a number and returns the seconds."""
    ben, cleo = server.api(BEN), server.api(CLEO)
    room = ben("GET", "/rooms").json()["items"][0]["id"]

    def once(number: int) -> float:
        began = time.monotonic()
        body = {"client_msg_id": str(uuid.uuid4()), "body": f"Evening {number}"}
        sent = ben("POST", f"/rooms/{room}/messages", body)
        assert sent.status_code in (201, 429), sent.text
        assert cleo("GET", f"/rooms/{room}/messages?limit=5").status_code in (200, 429)
        return time.monotonic() - began

    return once


def series(server: DemoServer) -> list[dict[str, str]]:
    """The labels of every series of requests that `/metrics` shows."""
    text = requests.get(f"{server.service.url}/metrics", timeout=30).text
    lines = re.findall(r"^community_request_seconds_count\{(.*)\}", text, re.MULTILINE)
    return [dict(re.findall(r'(\w+)="([^"]*)"', line)) for line in lines]


def attack(server: DemoServer, size: dict[str, Any], said: Path) -> subprocess.Popen[bytes]:
    words = [str(size[name]) for name in ("values", "methods", "messages", "rate")]
    return subprocess.Popen(
        [sys.executable, "-m", "tests.support.hostile_client", server.service.url, server.tokens[ATTACKER], *words],
        cwd=ROOT,
        stdout=said.open("w"),
    )


@pytest.mark.parametrize(
    "size", [SMALL, pytest.param(FULL, marks=[pytest.mark.prove, pytest.mark.timeout(1800)])], ids=["small", "full"]
)
def test_ben_and_cleo_keep_their_pace_beside_a_hostile_member(tmp_path: Path, size: dict[str, Any]) -> None:  # S11
    """Nasty values in every field, invented methods and costly messages are answered, and make no new series."""
    with serve_demo(tmp_path, members=20, web=2, workers=1, COMMUNITY_SEND_LIMIT="400/10s") as server:
        once = talk(server)
        quiet = sorted(paced(once, size["quiet"]))
        crowd = attack(server, size, tmp_path / "said.json")
        beside: list[float] = []
        while crowd.poll() is None:
            beside += paced(once, 10)
        said = json.loads((tmp_path / "said.json").read_text())
        assert said["faults"] == []
        assert said["asked"] > size["values"] * 20 + size["methods"] + size["messages"]
        found = series(server)
        assert {one["method"] for one in found} <= {*METHODS, "other"}
        assert len(found) <= 1_000  # routes times statuses; each of thousands of requests made one of its own before
        if size is FULL:
            p99 = [sorted(times)[int(len(times) * 0.99)] * 1_000 for times in (quiet, beside)]
            print_figure("S11", f"{said['asked']} hostile requests: others' p99 {p99[1]:.0f} ms, quiet {p99[0]:.0f} ms")
            assert p99[1] <= max(2 * p99[0], 50)


def paced(once: Callable[[int], float], count: int) -> list[float]:
    """Talk so many times, at most twenty times a second; the seconds of each."""
    times = []
    for number in range(count):
        times.append(once(number))
        time.sleep(max(0.0, 0.05 - times[-1]))  # the pace of a load, not a wait
    return times
