"""Five thousand clients lose their server in one moment and come back within a second."""

import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.test_sockets import is_up
from tests.support.demo_server import DemoServer, serve_demo
from tests.support.proof_output import print_figure
from tests.support.reconnect_storm import ReconnectStorm
from tests.support.service import ROOT
from tests.support.waiting import until

pytestmark = pytest.mark.faults

PEOPLE = 5_000
MESSAGES = 10
ALL_BACK_SECONDS, OTHERS_SECONDS = 30, 1.0


@pytest.fixture(params=["sqlite", "postgresql"])
def large_server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DemoServer]:
    """A coordinator and so many alumni, three web processes and a worker."""
    env = {"COMMUNITY_SEND_LIMIT": "off"}
    if request.param == "postgresql":
        env["DATABASE_URL"] = request.getfixturevalue("postgres").create_database(f"herd_{uuid.uuid4().hex[:8]}")
    with serve_demo(tmp_path, members=PEOPLE + 2, web=3, workers=1, **env) as server:
        yield server


@pytest.mark.prove
@pytest.mark.timeout(600)
def test_five_thousand_come_back_at_once_and_have_missed_nothing(large_server: DemoServer) -> None:  # F9
    """Each is in the room of all; every web process is killed, and messages are posted while they come back."""
    server = large_server
    room = server.api(0)("GET", "/rooms").json()["items"][0]
    herd = ReconnectStorm(server.service.port, room["id"], server.tokens[1 : PEOPLE + 1])
    herd.since_seq = room["head_seq"]
    first = herd.come(spread=1.0, within=120)
    say(server, room["id"], 0)
    herd.see({0}, within=30)
    assert all(one.seen == {0} for one in herd.animals)
    herd.since_seq += 1

    server.service.kill("community web")
    herd.lose_everybody(within=30)
    until(lambda: is_up(server), within=60, what="the service to be back")
    before = herd.times_refused
    with looking(server) as waits:
        talker = threading.Thread(target=talk, args=(server, room["id"]))
        talker.start()
        back = herd.come(spread=1.0, within=ALL_BACK_SECONDS)
        herd.see(set(range(MESSAGES + 1)), within=30)
        talker.join()
    missed = sum(len(set(range(MESSAGES + 1)) - one.seen) for one in herd.animals)
    outside = sum(not one.is_inside for one in herd.animals)
    herd.go()
    slow = sorted(waits)[int(len(waits) * 0.99) - 1]
    print_figure(
        "F9",
        f"{server.kind}: {PEOPLE} are back {back:.1f} s after a restart, having come within a second "
        f"({herd.times_refused - before} had to come twice; the first time it took {first:.1f} s); {missed} of "
        f"{MESSAGES * PEOPLE} messages missed; {len(waits)} other requests meanwhile: p99 {slow * 1000:.0f} ms",
    )
    assert (back < ALL_BACK_SECONDS, outside) == (True, 0)
    assert missed == 0
    assert -1 not in waits
    assert slow < OTHERS_SECONDS


def say(server: DemoServer, room: str, number: int) -> None:
    """The coordinator says something with a mark in it."""
    wanted = {"client_msg_id": str(uuid.uuid4()), "body": f"Are you there? ~{number}~"}
    assert server.api(0)("POST", f"/rooms/{room}/messages", wanted).status_code == 201


def talk(server: DemoServer, room: str) -> None:
    """Something every now and then, from the first moment on."""
    for number in range(1, MESSAGES + 1):
        say(server, room, number)
        time.sleep(0.3)


@contextmanager
def looking(server: DemoServer) -> Iterator[list[float]]:
    """What requests of somebody else take as long as this lasts, in seconds; filled when it ends."""
    words = [
        sys.executable,
        "-m",
        "tests.support.api_poller",
        f"{server.service.url}/api/v1/rooms",
        server.tokens[PEOPLE + 1],
    ]
    waits: list[float] = []
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield waits
        finally:
            process.terminate()
            assert process.stdout
            waits += [float(line) for line in process.stdout]
