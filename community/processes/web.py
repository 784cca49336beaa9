"""One web process: gunicorn with one gevent worker on a port that may be shared with others."""

import os
import shutil
import sys
from pathlib import Path
from typing import NoReturn

from community.core.settings import Settings, environment

APP = "community.app:create_app()"
CONFIG = "python:community.processes.gunicorn_config"


def command(*, host: str, port: int) -> list[str]:
    """How gunicorn is started; the name makes the processes findable as `community web`."""
    return [sys.executable, "-m", "gunicorn", "-c", CONFIG, "-n", "community web", "-b", f"{host}:{port}", APP]


def run(settings: Settings, *, host: str, port: int | None) -> NoReturn:
    """Become gunicorn. It patches with gevent before the application is imported."""
    port = port or settings.port
    words = command(host=host, port=port)
    metrics = fresh_metrics_folder(settings.data_dir / "metrics-web")
    os.execve(words[0], words, environment(PORT=str(port), PROMETHEUS_MULTIPROC_DIR=str(metrics)))


def fresh_metrics_folder(folder: Path) -> Path:
    """An empty folder for the counters that processes share."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    return folder
