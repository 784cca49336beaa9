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
from tests.support.demo_server import Town, serve_town
from tests.support.proof_output import figure
from tests.support.reconnect_storm import Herd
from tests.support.service import ROOT
from tests.support.waiting import until

pytestmark = pytest.mark.faults

PEOPLE = 5_000
MESSAGES = 10
ALL_BACK_SECONDS, OTHERS_SECONDS = 30, 1.0


@pytest.fixture(params=["sqlite", "postgresql"])
def big_town(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:
    """A coordinator and so many alumni, three web processes and a worker."""
    env = {"COMMUNITY_SEND_LIMIT": "off"}
    if request.param == "postgresql":
        env["DATABASE_URL"] = request.getfixturevalue("postgres").create_database(f"herd_{uuid.uuid4().hex[:8]}")
    with serve_town(tmp_path, members=PEOPLE + 2, web=3, workers=1, **env) as town:
        yield town


@pytest.mark.prove
@pytest.mark.timeout(600)
def test_five_thousand_come_back_at_once_and_have_missed_nothing(big_town: Town) -> None:  # F9
    """Each is in the room of all; every web process is killed, and messages are posted while they come back."""
    town = big_town
    room = town.api(0)("GET", "/rooms").json()["items"][0]
    herd = Herd(town.service.port, room["id"], town.tokens[1 : PEOPLE + 1])
    herd.since_seq = room["head_seq"]
    first = herd.come(spread=1.0, within=120)
    say(town, room["id"], 0)
    herd.see({0}, within=30)
    assert all(one.seen == {0} for one in herd.animals)
    herd.since_seq += 1

    town.service.kill("community web")
    herd.lose_everybody(within=30)
    until(lambda: is_up(town), within=60, what="the service to be back")
    before = herd.times_refused
    with looking(town) as waits:
        talker = threading.Thread(target=talk, args=(town, room["id"]))
        talker.start()
        back = herd.come(spread=1.0, within=ALL_BACK_SECONDS)
        herd.see(set(range(MESSAGES + 1)), within=30)
        talker.join()
    missed = sum(len(set(range(MESSAGES + 1)) - one.seen) for one in herd.animals)
    outside = sum(not one.is_inside for one in herd.animals)
    herd.go()
    slow = sorted(waits)[int(len(waits) * 0.99) - 1]
    figure(
        "F9",
        f"{town.kind}: {PEOPLE} are back {back:.1f} s after a restart, having come within a second "
        f"({herd.times_refused - before} had to come twice; the first time it took {first:.1f} s); {missed} of "
        f"{MESSAGES * PEOPLE} messages missed; {len(waits)} other requests meanwhile: p99 {slow * 1000:.0f} ms",
    )
    assert (back < ALL_BACK_SECONDS, outside) == (True, 0)
    assert missed == 0
    assert -1 not in waits
    assert slow < OTHERS_SECONDS


def say(town: Town, room: str, number: int) -> None:
    """The coordinator says something with a mark in it."""
    wanted = {"client_msg_id": str(uuid.uuid4()), "body": f"Are you there? ~{number}~"}
    assert town.api(0)("POST", f"/rooms/{room}/messages", wanted).status_code == 201


def talk(town: Town, room: str) -> None:
    """Something every now and then, from the first moment on."""
    for number in range(1, MESSAGES + 1):
        say(town, room, number)
        time.sleep(0.3)


@contextmanager
def looking(town: Town) -> Iterator[list[float]]:
    """What requests of somebody else take as long as this lasts, in seconds; filled when it ends."""
    words = [
        sys.executable,
        "-m",
        "tests.support.api_poller",
        f"{town.service.url}/api/v1/rooms",
        town.tokens[PEOPLE + 1],
    ]
    waits: list[float] = []
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield waits
        finally:
            process.terminate()
            assert process.stdout
            waits += [float(line) for line in process.stdout]
