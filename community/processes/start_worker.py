"""Entry point of a worker process."""

import gc
import os
import sys

from community.core import metric_folders
from community.core.compat.blocked_imports import block_imports
from community.core.environment import PRIVATE_UMASK, set_variables, variable
from community.core.settings import Settings, load_settings


def main(settings: Settings) -> int:
    """Run one worker. Garbage collection is off while modules load: it would be a seventh of the start."""
    os.umask(PRIVATE_UMASK)
    gc.disable()
    block_imports()
    if variable(metric_folders.VARIABLE) is None:  # else `serve` has one for all its children
        set_variables(**{metric_folders.VARIABLE: str(metric_folders.begin(settings.data_dir, "worker"))})
    from community.processes.worker import main as work

    return work(settings)


if __name__ == "__main__":
    sys.exit(main(load_settings()))
