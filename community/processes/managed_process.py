"""Child process that is kept running, and stopped in time."""

import os
import signal
import subprocess
import time
from dataclasses import dataclass

import structlog

from community.processes.parent_death import die_with_parent

log = structlog.get_logger()

YOUNG_SECONDS = 2.0
MAX_PAUSE_SECONDS = 5.0


@dataclass
class ManagedProcess:
    """A child process that is restarted when it dies."""

    name: str
    command: list[str]
    env: dict[str, str]
    shows_output: bool = True
    process: "subprocess.Popen[bytes] | None" = None
    started_at: float = 0.0
    young_deaths: int = 0
    not_before: float = 0.0

    def start(self) -> None:
        """Start the process."""
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            env=self.env,
            start_new_session=True,
            preexec_fn=die_with_parent,
            stdin=subprocess.DEVNULL,
            stdout=None if self.shows_output else subprocess.DEVNULL,
            stderr=None if self.shows_output else subprocess.DEVNULL,
        )

    def restart_if_exited(self) -> None:
        """Start the process again if it died: at once the first time, with growing pauses when it keeps dying young."""
        now = time.monotonic()
        if self.process is not None:
            if self.process.poll() is None:
                return
            log.warning("child.died", process=self.name, code=self.process.returncode)
            self.young_deaths = self.young_deaths + 1 if now - self.started_at < YOUNG_SECONDS else 0
            pause = min(MAX_PAUSE_SECONDS, 0.1 * 2**self.young_deaths) if self.young_deaths else 0.0
            self.process, self.not_before = None, now + pause
        if now >= self.not_before:
            self.start()

    def ask_to_stop(self) -> None:
        """Send SIGTERM."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def gone_by(self, deadline: float) -> None:
        """Wait until the process has ended, and kill it at the deadline."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.05, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
