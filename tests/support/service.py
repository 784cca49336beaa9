"""The real service: `community serve` with its processes, on a free port, in a folder of its own."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from types import TracebackType

import requests
import socketio

from tests.support.free_ports import free_port
from tests.support.migrated_file import copy_migrated_file
from tests.support.waiting import until

ROOT = Path(__file__).resolve().parents[2]


class Service:
    """Serves until it is stopped; what it printed is in `log`."""

    def __init__(self, folder: Path, *, web: int = 1, workers: int = 1, **env: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "serve.log"
        self.env = {
            **{key: value for key, value in os.environ.items() if key not in ("REDIS_URL", "DATABASE_URL")},
            "COMMUNITY_DATA_DIR": str(folder / "var"),
            "PYTHONPATH": str(ROOT),
            "PORT": str(self.port),
            **env,
        }
        self._words = ["serve", "--port", str(self.port), "--web", str(web), "--workers", str(workers)]
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Service":
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def community(self, *words: str) -> str:
        """Run a `community` command with the same settings; what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "community.cli", *words],
            env=self.env,
            capture_output=True,
            text=True,
            cwd=ROOT,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def load_demo(self, *words: str) -> None:
        """Load the bare demo, by default of 24 members, into a copy of a database that this process has migrated."""
        if "DATABASE_URL" not in self.env:
            copy_migrated_file(self.folder / "var" / "community.sqlite3")
        self.community("demo", *(words if "--members" in words else ("--members", "24", *words)))

    def start(self) -> None:
        """Start, and wait until it is ready."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "community.cli", *self._words],
                env=self.env,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=ROOT,
                start_new_session=True,
            )
        until(self._is_ready, within=100, what="the service to be ready")

    def stop(self) -> None:
        """SIGTERM, and wait for the end."""
        if self._process and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(15)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    @property
    def pid(self) -> int:
        """The supervisor's."""
        assert self._process
        return self._process.pid

    def pids(self, kind: str) -> list[int]:
        """The ids of its processes whose command line has `community web`, `community worker` or `valkey-server`."""
        found = []
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit() or int(entry.name) == self.pid:
                continue
            try:
                words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                if kind in words and self._is_ours(entry):
                    found.append(int(entry.name))
            except OSError:
                continue
        return sorted(found)

    def _is_ours(self, entry: Path) -> bool:
        """By the environment, or by the parent: Valkey writes its title over its environment."""
        parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
        return parent == self.pid or str(self.folder).encode() in (entry / "environ").read_bytes()

    def kill(self, kind: str) -> int:
        """SIGKILL every process of a kind; how many."""
        pids = self.pids(kind)
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        return len(pids)

    def api(self, token: str) -> "Api":
        """The API as whoever holds a token."""
        return Api(self.url, token)

    def socket(self, token: str) -> "Client":
        """A connected socket of whoever holds a token."""
        return Client(self.url, token)

    def _is_ready(self) -> bool:
        assert self._process
        if self._process.poll() is not None:
            raise AssertionError(self.log.read_text()[-3000:])
        try:
            return requests.get(f"{self.url}/healthz", timeout=2).status_code == 200
        except requests.RequestException:
            return False


class Api:
    """JSON over HTTP with a bearer token."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url
        self._headers = {"Authorization": f"Bearer {token}"}

    def __call__(self, method: str, path: str, json: object = None) -> requests.Response:
        return requests.request(method, f"{self._url}/api/v1{path}", json=json, headers=self._headers, timeout=15)


class Client:
    """A real Socket.IO client that keeps what it was sent."""

    def __init__(self, url: str, token: str, **options: object) -> None:
        self.received: list[tuple[str, dict[str, object]]] = []
        self.sio = socketio.Client(reconnection=False, handle_sigint=False)
        self.sio.on("*", lambda event, payload: self.received.append((event, payload)))
        self.sio.connect(url, auth={"token": token}, transports=["websocket"], wait_timeout=10, **options)

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.sio.disconnect()

    def ask(self, event: str, body: object) -> dict[str, object]:
        """Send and wait for the acknowledgement."""
        answer: dict[str, object] = self.sio.call(event, body, timeout=15)
        return answer

    def of(self, event: str) -> list[dict[str, object]]:
        """What came of one kind, by `seq` where it has one: the client hands events to threads of their own."""
        return sorted(
            (payload for name, payload in list(self.received) if name == event), key=lambda p: p.get("seq", 0)
        )
