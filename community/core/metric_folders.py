"""Folders of counters: one for each start of a process, under one root.

prometheus_client writes the counters of a process to files. A start of `community web`, `worker` or `serve` makes a
folder for itself and its children, and holds a lock in it for as long as it runs. `/metrics` of any web process adds up
the folders of all that run on this data directory. Folders of starts that ended are removed at the next start.
"""

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from community.core.environment import variable

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
LOCK = "lock"
NEW = ".new-"


def begin(data_dir: Path, kind: str) -> Path:
    """Create the folder of this start and remove those of starts that ended. Its lock is held until the process ends.

    The lock outlives `exec` and is inherited by forked children.
    """
    root = data_dir / "metrics"
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    for dead in (folder for folder in _folders(root) if not is_alive(folder)):
        shutil.rmtree(dead, ignore_errors=True)
    name = f"{kind}-{os.getpid()}-{secrets.token_hex(4)}"
    unseen = root / f"{NEW}{name}"  # until its lock is held it would look like one of a start that ended
    unseen.mkdir(mode=0o700, parents=True)  # another start may have ended meanwhile, and taken the root with it
    lock = os.open(unseen / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    os.set_inheritable(lock, True)
    fcntl.flock(lock, fcntl.LOCK_EX)
    return unseen.rename(root / name)


def end(folder: Path) -> None:
    """Remove the folder of a start, and the root when nothing else runs."""
    shutil.rmtree(folder, ignore_errors=True)
    with suppress(OSError):
        folder.parent.rmdir()


def is_alive(folder: Path) -> bool:
    """Return whether the start that made the folder still runs."""
    try:
        lock = os.open(folder / LOCK, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False


def files() -> list[str] | None:
    """Return the files of every start that runs on our data directory; None when this process counts alone."""
    own = variable(VARIABLE)
    if own is None or not Path(own).is_dir():
        return None
    folders = {Path(own), *(folder for folder in _folders(Path(own).parent) if is_alive(folder))}
    return [str(file) for folder in sorted(folders) for file in sorted(folder.glob("*.db"))]


def _folders(root: Path) -> Iterator[Path]:
    return (path for path in root.iterdir() if path.is_dir() and not path.name.startswith(NEW))
