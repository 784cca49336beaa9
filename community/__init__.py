"""Afterward: an event-driven community where people who finished a program together stay in touch."""

from typing import Any


def create_app(*args: Any, **kwargs: Any) -> Any:
    """Return the web application; see `community.app.create_app`. Imported late: gevent patches first."""
    from community.app import create_app as create

    return create(*args, **kwargs)


__all__ = ["create_app"]
