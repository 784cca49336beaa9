"""A disk that is full under SQLite: work is put off, nothing is lost, and goes on when there is room.

Needs root: the disk is a small tmpfs in a mount namespace of its own.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.migrated_file import copy_migrated_file
from tests.support.service import ROOT

IN_SMALL_DISK = 'mount -t tmpfs -o size=8m none "$1" && cp "$2" "$1/community.sqlite3" && exec "$3" -c "$4" "$1"'
SCRIPT = """
import json, sys
from pathlib import Path
from community.core.web.error_responses import error_for
from community.core.database_errors import is_database_unavailable
from community.core.pubsub import PubSub
from community.core.db import Database
from community.core.ids import new_id
from community.core.unit_of_work import UnitOfWorkFactory
from community.features import load_models
from community.members.models import Cohort

load_models()
disk = Path(sys.argv[1])
store = UnitOfWorkFactory(Database(f"sqlite:///{disk / 'community.sqlite3'}"), PubSub(None))

def write():
    try:
        with store.unit_of_work() as uow:
            uow.session.add_all(Cohort(id=new_id(), name=str(new_id()) * 2, created_at=uow.now) for _ in range(2000))
    except Exception as error:
        return [error_for(error).status, is_database_unavailable(error)]
    return [200, False]

said = {"before": write()}
with (disk / "filler").open("wb", buffering=0) as filler:
    try:
        while filler.write(b"x" * 4096):
            pass
    except OSError:
        pass
said["full"] = [write() for _ in range(3)]
(disk / "filler").unlink()
said["after"] = write()
with store.read_context() as ctx:
    said["kept"] = ctx.session.query(Cohort).count()
print(json.dumps(said))
"""


@pytest.mark.prove
@pytest.mark.skipif(os.geteuid() != 0 or shutil.which("unshare") is None, reason="needs root and unshare")
def test_a_full_disk_is_waited_for_and_loses_nothing(tmp_path: Path) -> None:
    """Recipe 8: SQLITE_FULL of a real file system."""
    (tmp_path / "disk").mkdir()
    copy_migrated_file(tmp_path / "kept.sqlite3")
    words = ["unshare", "-m", "sh", "-c", IN_SMALL_DISK, "sh", str(tmp_path / "disk"), str(tmp_path / "kept.sqlite3")]
    done = subprocess.run(
        [*words, sys.executable, SCRIPT], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert said == {"before": [200, False], "full": [[503, True]] * 3, "after": [200, False], "kept": 4000}
