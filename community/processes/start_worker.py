"""One worker as a process of its own: loads everything, then works."""

import gc
import sys

from community.core.settings import Settings, load_settings
from community.processes.lean import leave_out


def main(settings: Settings) -> int:
    """Run one worker. Nothing is garbage while modules load, and looking for it would be a seventh of the start."""
    gc.disable()
    leave_out()
    from community.processes.worker import main as work

    return work(settings)


if __name__ == "__main__":
    sys.exit(main(load_settings()))
