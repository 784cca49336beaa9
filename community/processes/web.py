"""Web process: gunicorn with one gevent worker on a port that may be shared with others."""

import os
import sys
from typing import NoReturn

from community.core import metric_folders
from community.core.environment import environment
from community.core.settings import Settings

APP = "community.app:create_app()"
CONFIG = "python:community.processes.gunicorn_config"


def command(*, host: str, port: int) -> list[str]:
    """Return the command that starts gunicorn. The process name is `community web`."""
    return [sys.executable, "-m", "gunicorn", "-c", CONFIG, "-n", "community web", "-b", f"{host}:{port}", APP]


def run(settings: Settings, *, host: str, port: int | None) -> NoReturn:
    """Become gunicorn. It patches with gevent before the application is imported."""
    port = port or settings.port
    arguments = command(host=host, port=port)
    metrics = metric_folders.begin(settings.data_dir, "web")
    os.execve(arguments[0], arguments, environment(PORT=str(port), **{metric_folders.VARIABLE: str(metrics)}))
