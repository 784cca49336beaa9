"""Supervisor of a whole installation on one machine: web processes, workers, and an embedded Valkey when none is given.

A dead child is restarted at once, with growing pauses when it keeps dying young. Children are stopped in the order web,
workers, Valkey: none loses what it still needs. They run in sessions of their own: a Ctrl-C reaches only this process,
which then stops them in order.
"""

import fcntl
import http.client
import resource
import signal
import socket
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import click

from community.core import logging_setup, metric_folders
from community.core.environment import environment
from community.core.migrations import migrate
from community.core.settings import Settings
from community.core.sqlite_probe import checkpoint, file_of
from community.processes import web as web_process
from community.processes.managed_process import ManagedProcess
from community.processes.valkey import EmbeddedValkey

MAX_STOP_SECONDS = 4.5
READY_WITHIN_SECONDS = 120


class StartupError(Exception):
    """The server cannot start; the message is one clear line."""


@dataclass
class Supervisor:
    """Children, in the order in which they are stopped."""

    settings: Settings
    host: str
    port: int
    web: int
    workers: int
    sign_ins: bool
    children: list[ManagedProcess] = field(default_factory=list)
    stopping: bool = False
    valkey: EmbeddedValkey | None = None
    metrics: Path | None = None

    def run(self) -> None:
        """Start everything, keep it running, and stop it when asked to."""
        for name in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(name, self._stop)
        try:
            self._start()
            self._announce()
            while not self.stopping:
                for child in self.children:
                    child.restart_if_exited()
                time.sleep(0.1)
        finally:
            self._end_all()

    def _stop(self, *_: object) -> None:
        self.stopping = True

    def _start(self) -> None:
        self.metrics = metric_folders.begin(self.settings.data_dir, "serve")
        env = environment(PORT=str(self.port), PYTHONUNBUFFERED="1", **{metric_folders.VARIABLE: str(self.metrics)})
        env.setdefault("PUBLIC_URL", f"http://{'127.0.0.1' if self.host == '0.0.0.0' else self.host}:{self.port}")  # noqa: S104
        last: list[ManagedProcess] = []
        if self.settings.redis_url is None:
            self.valkey = EmbeddedValkey(self.settings.data_dir)
            self.valkey.socket.unlink(missing_ok=True)
            last = [ManagedProcess("valkey", self.valkey.command(), env, shows_output=False)]
            env = {**env, "REDIS_URL": self.valkey.url}
        web = web_process.command(host=self.host, port=self.port)
        worker = [sys.executable, "-m", "community.processes.start_worker", "community worker"]
        self.children = [ManagedProcess("web", web, env) for _ in range(self.web)]
        self.children += [ManagedProcess("worker", worker, env) for _ in range(self.workers)]
        self.children += last
        for child in reversed(self.children):
            child.start()

    def _announce(self) -> None:
        deadline = time.monotonic() + READY_WITHIN_SECONDS
        while not self.stopping and not _is_alive(self.host, self.port):
            if time.monotonic() > deadline:
                raise StartupError(f"the web process didn't answer within {READY_WITHIN_SECONDS} s; see the log above")
            for child in self.children:
                child.restart_if_exited()
            time.sleep(0.05)
        if self.stopping:
            return
        click.echo(f"Ready at http://{self.host}:{self.port}")
        sign_ins = self.settings.data_dir / "demo-sign-ins.txt"
        if self.sign_ins and sign_ins.exists():
            click.echo(sign_ins.read_text().rstrip())
        sys.stdout.flush()

    def _end_all(self) -> None:
        deadline = time.monotonic() + MAX_STOP_SECONDS
        for names in (("web",), ("worker",), ("valkey",)):
            group = [child for child in self.children if child.name in names]
            for child in group:
                child.ask_to_stop()
            for child in group:
                child.gone_by(deadline - (0.5 if names != ("valkey",) else 0.0))
        if self.valkey is not None:
            self.valkey.clean_up()
        if self.metrics is not None:
            metric_folders.end(self.metrics)
        file = file_of(self.settings.database_url)
        if file is not None:
            checkpoint(file)


def serve(settings: Settings, *, host: str, port: int | None, web: int, workers: int, sign_ins: bool) -> int:
    """Run the service until it is asked to stop. Returns the exit code."""
    logging_setup.set_up(level=settings.log_level, process="serve", is_production=settings.is_production)
    port = port or settings.port
    _raise_open_files_limit()
    try:
        with _held_data_dir(settings.data_dir), _held_port(host, port):
            migrate(settings.database_url)
            Supervisor(settings, host, port, web, workers, sign_ins).run()
    except StartupError as refused:
        click.echo(f"community serve: {refused}", err=True)
        return 1
    return 0


class _held_data_dir:  # noqa: N801 - reads as a phrase
    """Hold the data directory for one server. Raises StartupError."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / "serve.lock"
        self._file: IO[str] | None = None

    def __enter__(self) -> None:
        self._file = self._path.open("a+")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StartupError(f"another server already uses the data directory {self._path.parent}") from None

    def __exit__(self, *_: object) -> None:
        self._path.unlink(missing_ok=True)
        if self._file is not None:
            self._file.close()


class _held_port:  # noqa: N801 - reads as a phrase
    """Hold the port: first with a plain bind, which a shared listener refuses, then with one that our web processes
    share.
    """

    def __init__(self, host: str, port: int) -> None:
        self._address = (host, port)
        self._held: socket.socket | None = None

    def __enter__(self) -> None:
        try:
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(self._address)
            self._held = socket.socket()
            self._held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            self._held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._held.bind(self._address)
        except OSError as error:
            host, port = self._address
            raise StartupError(f"port {port} on {host} can't be used: {error.strerror}") from None

    def __exit__(self, *_: object) -> None:
        if self._held is not None:
            self._held.close()


def _is_alive(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1" if host == "0.0.0.0" else host, port, timeout=2)  # noqa: S104
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _raise_open_files_limit() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
