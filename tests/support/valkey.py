"""A real Valkey on a fixed port, to stop, kill and start again."""

import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType

import redis

from community.processes.valkey import binary
from tests.support.free_ports import free_port
from tests.support.waiting import until


class Valkey:
    """One server that keeps nothing on disk."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.folder = Path(tempfile.mkdtemp(prefix="afterward-valkey-"))
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Valkey":
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> None:
        """Start, and wait until it answers."""
        words = [binary(), "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self.folder)]
        self._process = subprocess.Popen(words, stdout=subprocess.DEVNULL, start_new_session=True)
        until(self._answers, what="Valkey to answer")

    def kill(self) -> None:
        """SIGKILL."""
        if self._process:
            self._process.kill()
            self._process.wait(10)
            self._process = None

    def freeze(self) -> None:
        """SIGSTOP: it keeps its connections, and answers nothing."""
        assert self._process
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT."""
        assert self._process
        self._process.send_signal(signal.SIGCONT)

    def _answers(self) -> bool:
        try:
            with redis.Redis(port=self.port) as client:
                return bool(client.ping())
        except redis.ConnectionError:
            return False
