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
    """In each new worker: end with the arbiter, load nothing in vain, and seek no garbage while it loads."""
    die_with_parent()
    block_imports()
    gc.disable()


def child_exit(server: Any, worker: Any) -> None:
    """In the arbiter, when a worker ended: forget its gauges."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)


def post_worker_init(worker: Any) -> None:
    """In each worker, once the application is loaded: what is there now stays, and garbage is not sought in it."""
    gc.freeze()
    gc.enable()
