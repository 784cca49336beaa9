"""Time limit for the arrival of a request's body.

A connection whose body trickles in costs memory and a slot, for as long as its sender likes. Headers are bounded by
gunicorn's `keepalive`.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import gevent

from community.core.errors import AppError

BODY_SECONDS = 30.0


class TooSlow(AppError):
    """The body took longer than BODY_SECONDS to arrive."""

    code = "too_slow"
    message = "That took too long to arrive. Please try again."
    status = 408


class PromptBodies:
    """WSGI middleware: the whole body arrives within BODY_SECONDS of the first byte of the request's headers.

    A read that is still waiting then raises TooSlow. Needs gevent, whose timeouts interrupt a read that waits.
    """

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self._app = app

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Pass a request on with a body that must arrive in time."""
        environ["wsgi.input"] = _Body(environ["wsgi.input"], time.monotonic() + BODY_SECONDS)
        return self._app(environ, start_response)


class _Body:
    """The body of a request, with the moment by which it must be read."""

    def __init__(self, body: Any, until: float) -> None:
        self._body = body
        self._until = until

    def read(self, *size: int) -> bytes:
        with self._in_time():
            return bytes(self._body.read(*size))

    def readline(self, *size: int) -> bytes:
        with self._in_time():
            return bytes(self._body.readline(*size))

    def readlines(self, *hint: int) -> list[bytes]:
        with self._in_time():
            return list(self._body.readlines(*hint))

    def __iter__(self) -> Iterator[bytes]:
        while line := self.readline():
            yield line

    @contextmanager
    def _in_time(self) -> Iterator[None]:
        with gevent.Timeout(max(0.001, self._until - time.monotonic()), TooSlow()):
            yield
