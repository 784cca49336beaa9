"""gunicorn's configuration for `community web`."""

import gc
from typing import Any

from community.core.compat.blocked_imports import block_imports
from community.core.environment import PRIVATE_UMASK
from community.processes.parent_death import die_with_parent

worker_class = "gevent"
workers = 1
worker_connections = 20_000
reuse_port = True
backlog = 4096  # a herd comes back within one second
keepalive = 15
timeout = 60
graceful_timeout = 2
limit_request_fields = 60
accesslog = None  # an access log would say who was here
errorlog = "-"
loglevel = "warning"
logger_class = "community.processes.gunicorn_log.DiscreetLogger"
control_socket_disable = True  # it is in the account's home, and a second service of the account fails on it
umask = PRIVATE_UMASK


def post_fork(server: Any, worker: Any) -> None:
    """Set up a new worker: it ends with the arbiter, skips unused imports, and collects no garbage while it loads."""
    die_with_parent()
    block_imports()
    gc.disable()


def child_exit(server: Any, worker: Any) -> None:
    """Remove the gauges of a worker that ended."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)


def post_worker_init(worker: Any) -> None:
    """Freeze the loaded application: the garbage collector skips it from now on."""
    gc.freeze()
    gc.enable()
