"""Check of the permissions of files."""

import os
from collections.abc import Iterator
from pathlib import Path
from stat import S_ISLNK

from community.core.settings import Settings
from community.core.sqlite_probe import file_of
from community.doctor.check_result import Line

FOR_OTHERS = 0o077
SIDE_FILES = ("", "-wal", "-shm", "-journal", ".write-lock")


def check_files(settings: Settings) -> Line:
    """Check that no other account can read the data directory. Files of this account are corrected."""
    mended, left = 0, []
    for path in _kept(settings):
        try:
            found = path.lstat()
            if S_ISLNK(found.st_mode) or not found.st_mode & FOR_OTHERS:
                continue
            if found.st_uid != os.geteuid() and os.geteuid() != 0:
                left.append(path)
                continue
            path.chmod(found.st_mode & 0o7777 & ~FOR_OTHERS)
            mended += 1
        except FileNotFoundError:  # it came and went: the service runs
            continue
        except OSError:
            left.append(path)
    if left:
        found_text = f"other accounts can read {left[0]}" + (f" and {len(left) - 1} more" if left[1:] else "")
        return Line("warn", "files", found_text, "have their owner run `chmod -R go-rwx` on them")
    if mended:
        return Line("warn", "files", f"other accounts could read {mended} files in {settings.data_dir}", "fixed")
    return Line("ok", "files", f"only this account can read {settings.data_dir}")


def _kept(settings: Settings) -> Iterator[Path]:
    yield settings.data_dir
    for folder, folders, files in os.walk(settings.data_dir):
        yield from (Path(folder) / name for name in (*folders, *files))
    file = file_of(settings.database_url)
    if file is not None and settings.data_dir not in file.parents:
        yield from (Path(f"{file}{tail}") for tail in SIDE_FILES)
