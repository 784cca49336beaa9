"""Migrated SQLite file, made once in a test process and copied from then on."""

import shutil
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from community.core.migrations import migrate


@cache
def _folder() -> "TemporaryDirectory[str]":
    """Return its folder, which is deleted with the process."""
    folder = TemporaryDirectory(prefix="afterward-")
    migrate(f"sqlite:///{folder.name}/template.sqlite3")
    return folder


def migrated_file() -> Path:
    """Return the file to copy from."""
    return Path(_folder().name) / "template.sqlite3"


def copy_migrated_file(file: Path) -> None:
    """Copy it to a path that does not exist yet."""
    if not file.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copy(migrated_file(), file)
