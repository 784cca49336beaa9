"""A SQLite file as the migrations leave it, made once in a test process and copied from then on."""

import shutil
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from community.core.migrations import migrate


@cache
def _folder() -> "TemporaryDirectory[str]":
    """Where it is; gone with the process."""
    folder = TemporaryDirectory(prefix="afterward-")
    migrate(f"sqlite:///{folder.name}/template.sqlite3")
    return folder


def migrated_file() -> Path:
    """The file to copy from."""
    return Path(_folder().name) / "template.sqlite3"


def copy_migrated_file(file: Path) -> None:
    """Put a copy there, unless something is there already."""
    if not file.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copy(migrated_file(), file)
