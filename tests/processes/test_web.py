"""One web process as gunicorn runs it: slow bodies, discreet logs, private files, metrics of its own."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from community.core import metric_folders
from community.core.environment import environment
from community.processes import web
from tests.support.free_ports import free_port
from tests.support.migrated_file import copy_migrated_file
from tests.support.service import ROOT
from tests.support.waiting import until


class Process:
    """A process of the Procfile, on a data directory that others may use too."""

    def __init__(self, folder: Path, words: list[str], **env: str) -> None:
        self.log = folder / f"{os.urandom(4).hex()}.log"
        clean = {key: value for key, value in os.environ.items() if key not in ("REDIS_URL", "DATABASE_URL")}
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                words,
                env={
                    **clean,
                    "COMMUNITY_DATA_DIR": str(folder / "var"),
                    "PYTHONPATH": str(ROOT),
                    "HOME": str(folder),
                    **env,
                },
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=ROOT,
                start_new_session=True,
                umask=0o022,
            )

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it, and whatever it started."""
        self._process.send_signal(how)
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


@contextmanager
def running(*processes: Process) -> Iterator[None]:
    """End them afterwards."""
    try:
        yield
    finally:
        for process in processes:
            process.end()


def answers(port: int, log: Path) -> None:
    """Wait until a web process answers."""

    def is_there() -> bool:
        try:
            return requests.get(f"http://127.0.0.1:{port}/healthz", timeout=2).status_code == 200
        except requests.RequestException:
            return False

    until(is_there, within=60, what=f"an answer; {log.read_text()[-2000:]}")


def community(*words: str) -> list[str]:
    return [sys.executable, "-m", "community.cli", *words]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A place with a migrated database."""
    copy_migrated_file(tmp_path / "var" / "community.sqlite3")
    return tmp_path


def head(path: str, length: int) -> bytes:
    """The headers of a POST of JSON."""
    lines = (f"POST {path} HTTP/1.1", "Host: x", "Content-Type: application/json", f"Content-Length: {length}")
    return "\r\n".join((*lines, "", "")).encode()


def whole(connection: socket.socket) -> bytes:
    """Return an answer with its JSON body: head and body may come one after the other."""
    answer = b""
    while b"}" not in answer and (more := connection.recv(4096)):
        answer += more
    return answer


def test_a_stranger_cannot_keep_a_place_with_a_body_that_never_ends(folder: Path) -> None:
    """A19h: 200 of 200 such requests were still open after 100 s."""
    port = free_port()
    words = web.command(host="127.0.0.1", port=port)
    words[-1] = "tests.support.short_body_timeout:create()"
    process = Process(folder, words, PORT=str(port))
    with running(process):
        answers(port, process.log)
        slow = [socket.create_connection(("127.0.0.1", port), 60) for _ in range(20)]
        for number, connection in enumerate(slow):
            connection.sendall(head("/api/v1/session", 100) + b'{"email"' * (number % 2))
        until_told = [whole(connection) for connection in slow]
        assert {answer.split(b" ", 2)[1] for answer in until_told} == {b"408"}
        assert b'"code":"too_slow"' in until_told[0].replace(b": ", b":")
        chunked = b"POST /sign-in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n" + (
            b"Content-Type: application/x-www-form-urlencoded\r\n\r\n5\r\nemail\r\n"
        )
        with socket.create_connection(("127.0.0.1", port), 60) as connection:
            connection.sendall(chunked)
            assert b" 408 " in connection.recv(4096)
        wrong = {"email": "x@example.org", "password": "not the right words"}
        assert requests.post(f"http://127.0.0.1:{port}/api/v1/session", json=wrong, timeout=30).status_code == 401
        for connection in slow:
            connection.close()


def test_the_log_of_a_web_process_names_no_address(folder: Path) -> None:
    """A19j: `Invalid request from ip=…`, and a control socket in the account's home."""
    port = free_port()
    process = Process(folder, community("web", "--port", str(port)), PORT=str(port))
    with running(process):
        answers(port, process.log)
        for line in (
            b"GARBAGE\r\n\r\n",
            b"GET /secret-place HTTP/9.9\r\n\r\n",
            b"GET / HTTP/1.1\r\nBad Header\r\n\r\n",
        ):
            with socket.create_connection(("127.0.0.1", port), 30) as connection:
                connection.sendall(line)
                assert b" 400 " in connection.recv(4096)
        until(lambda: process.log.read_text().count("Invalid request") == 3, what="the lines")
    logged = process.log.read_text()
    assert "127.0.0.1" not in logged.replace(f"127.0.0.1:{port}", "")
    assert "ip=" not in logged
    assert "secret-place" not in logged
    assert not list(folder.rglob("gunicorn.ctl"))
    kept = [path for path in (folder / "var").rglob("*") if path.is_file() and path.name != "community.sqlite3"]
    assert {oct(path.stat().st_mode & 0o077) for path in kept} == {"0o0"}


def counted(port: int, name: str) -> float:
    """The sum of a metric's samples in `/metrics`."""
    text = requests.get(f"http://127.0.0.1:{port}/metrics", timeout=30).text
    return sum(float(line.rpartition(" ")[2]) for line in text.splitlines() if line.startswith(name))


def test_processes_of_the_procfile_share_metrics_and_no_folder(folder: Path) -> None:
    """A second `community web` removed the first one's folder, and a worker's counters were nowhere."""
    one, two = free_port(), free_port()
    processes = [Process(folder, community("web", "--port", str(port)), PORT=str(port)) for port in (one, two)]
    processes.append(Process(folder, community("worker")))
    with running(*processes):
        for port, process in zip((one, two), processes, strict=False):
            answers(port, process.log)
        folders = {path.name.partition("-")[0] for path in (folder / "var" / "metrics").iterdir()}
        assert folders == {"web", "worker"}
        assert len(list((folder / "var" / "metrics").iterdir())) == 3
        until(lambda: counted(one, "community_outbox_events") > 0, within=60, what="the worker's gauges")
        before = counted(one, 'community_request_seconds_count{method="GET",route="/healthz"')
        requests.get(f"http://127.0.0.1:{two}/healthz", timeout=30)
        assert counted(one, 'community_request_seconds_count{method="GET",route="/healthz"') == before + 1
        processes[1].end(signal.SIGKILL)
        third = Process(folder, community("worker"))
        with running(third):
            until(
                lambda: (
                    sorted(path.name.partition("-")[0] for path in (folder / "var" / "metrics").iterdir())
                    == ["web", "worker", "worker"]
                ),
                within=60,
                what="what the killed one left to be removed",
            )
        assert counted(one, "community_outbox_events") > 0


def test_a_folder_of_a_start_that_ended_is_removed_by_the_next(tmp_path: Path) -> None:
    """Its lock tells, not its process id: another process may have that by now."""
    script = (
        "import sys; from pathlib import Path; from community.core.metric_folders import begin; "
        "print(begin(Path(sys.argv[1]), 'web'))"
    )
    words = [sys.executable, "-c", script, str(tmp_path)]
    ended = [
        subprocess.run(words, env=environment(), check=True, capture_output=True, text=True).stdout for _ in (1, 2)
    ]
    assert len(set(ended)) == 2
    assert [path.name for path in (tmp_path / "metrics").iterdir()] == [Path(ended[1].strip()).name]
    assert not metric_folders.is_alive(Path(ended[1].strip()))
    own = metric_folders.begin(tmp_path, "web")
    assert metric_folders.is_alive(own)
    assert list((tmp_path / "metrics").iterdir()) == [own]
