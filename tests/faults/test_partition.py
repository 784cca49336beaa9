"""A network that is cut between a web process and PostgreSQL, silently, as a partition is: nothing waits for long.

Needs root and `ip`: both ends are network namespaces of their own, named after this process.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from community.core.migrations import migrate
from tests.support.postgres import Postgres
from tests.support.proof_output import print_figure
from tests.support.service import ROOT
from tests.support.waiting import until

CAN_CUT = os.geteuid() == 0 and shutil.which("ip") is not None
ASK = """
import json, sys, urllib.request, urllib.error
try:
    with urllib.request.urlopen(sys.argv[1], timeout=60) as answer:
        print(json.dumps([answer.status, json.load(answer)]))
except urllib.error.HTTPError as error:
    print(json.dumps([error.code, json.load(error)]))
except OSError:
    print(json.dumps([0, {}]))
"""
MAX_SECONDS = 12


class Network:
    """Two machines, `database` 10.77.0.1 and `web` 10.77.0.2, that are namespaces of this one."""

    def __init__(self) -> None:
        self.database, self.web = f"af{os.getpid()}d", f"af{os.getpid()}w"

    def __enter__(self) -> "Network":
        for name in (self.database, self.web):
            _call("ip", "netns", "add", name)
            _call("ip", "-n", name, "link", "set", "lo", "up")
        _call(
            "ip", "-n", self.database, "link", "add", "eth0", "type", "veth", "peer", "name", "eth0", "netns", self.web
        )
        for place, name in enumerate((self.database, self.web), 1):
            _call("ip", "-n", name, "addr", "add", f"10.77.0.{place}/24", "dev", "eth0")
            _call("ip", "-n", name, "link", "set", "eth0", "up")
        return self

    def __exit__(self, *_: object) -> None:
        for name in (self.database, self.web):
            subprocess.run(["ip", "netns", "del", name], check=False)

    def on(self, name: str, *words: str) -> list[str]:
        """How something is called on one of them."""
        return ["ip", "netns", "exec", name, *words]

    def cut(self) -> None:
        """Drop, without a word, what the database says to the web process: also that anything has arrived."""
        _call("ip", "-n", self.database, "route", "add", "blackhole", "10.77.0.2/32")

    def heal(self) -> None:
        """Let it pass again."""
        _call("ip", "-n", self.database, "route", "del", "blackhole", "10.77.0.2/32")


def _call(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True)


@pytest.fixture
def network() -> Iterator[Network]:
    """Two machines."""
    if not CAN_CUT:
        pytest.skip("needs root and ip")
    with Network() as network:
        yield network


@pytest.mark.prove
def test_a_partition_from_the_database_holds_readiness_for_seconds_only(network: Network, tmp_path: Path) -> None:
    """Recipe 8: `/readyz` hung for more than 25 s."""
    with Postgres() as server:
        migrate(server.create_database("cut"))
        server.stop()
        with (server.folder / "data" / "pg_hba.conf").open("a") as hba:
            hba.write("host all all 10.77.0.0/24 trust\n")
        words = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", str(server._bin / "postgres")]
        options = ["-c", "listen_addresses=*", "-c", "port=5432", "-c", f"unix_socket_directories={server.folder}"]
        log = (tmp_path / "log").open("ab")
        database = subprocess.Popen(
            network.on(network.database, *words, "-D", str(server.folder / "data"), *options), stdout=log, stderr=log
        )
        env = {
            **os.environ,
            "COMMUNITY_DATA_DIR": str(tmp_path / "var"),
            "DATABASE_URL": "postgresql+psycopg://postgres@10.77.0.1/cut",
            "PYTHONPATH": str(ROOT),
        }
        words = [sys.executable, "-m", "community.cli", "web", "--host", "127.0.0.1", "--port", "8000"]
        web = subprocess.Popen(network.on(network.web, *words), env=env, cwd=ROOT, stdout=log, stderr=log)

        def ask() -> tuple[int, Any]:
            words = network.on(network.web, sys.executable, "-c", ASK, "http://127.0.0.1:8000/readyz")
            status, said = json.loads(subprocess.run(words, check=True, capture_output=True).stdout)
            return status, said.get("database")

        try:
            until(lambda: ask() == (200, "up"), within=90, what=(tmp_path / "log").read_text()[-2000:])
            network.cut()
            took = []
            for _ in range(3):
                started = time.monotonic()
                assert ask() == (503, "down")
                took.append(time.monotonic() - started)
            network.heal()
            until(lambda: ask() == (200, "up"), within=30, what="it to be ready again")
        finally:
            for process in (web, database):
                process.terminate()
                process.wait(20)
            log.close()
    assert max(took) < MAX_SECONDS
    print_figure("F3", f"cut from PostgreSQL, /readyz answers 503 after {max(took):.1f} s at the most")
