"""The environment of this process, for its children and for libraries that read it."""

import os

PRIVATE_UMASK = 0o077  # what any of our processes writes is for its own account


def environment(**more: str) -> dict[str, str]:
    """Return this process's environment, and more, for a child."""
    return {**os.environ, **more}


def set_variables(**more: str) -> None:
    """Put variables into this process's environment, for a library that reads them when it is imported."""
    os.environ.update(more)


def variable(name: str) -> str | None:
    """Return a variable that is no setting."""
    return os.environ.get(name)
