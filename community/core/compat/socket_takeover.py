"""Takeover of a WebSocket from gunicorn, under Flask-SocketIO.

Assumptions: `socketio.Server` makes the class that `_engineio_server_class` returns, and that Engine.IO server checks a
request and leaves the connection to `_handle_connect`; gunicorn puts its socket into the environment, does not touch it
after `detach`, and takes StopIteration from the application for "this socket is not yours any more". The versions that
were read are listed in the test.
"""

import _socket
from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

import engineio
import socketio
from flask import Flask
from flask_socketio import SocketIO


class SocketOwner(Protocol):
    """Receiver of the sockets that are taken over."""

    @property
    def is_full(self) -> bool:
        """True when no further socket may be taken over."""

    def accept(self, sid: str, sock: _socket.socket, environ: dict[str, Any]) -> None:
        """Serve a socket from now on; the handshake is not answered yet."""

    def send_packet(self, sid: str, packet: str) -> None:
        """Send a Socket.IO packet of the library's own."""


class TakeoverEngine(engineio.Server):  # type: ignore[misc]  # the library has no types
    """Engine.IO server that hands each WebSocket to its owner; no greenlet stays with it."""

    def __init__(self, owner: SocketOwner, **options: Any) -> None:
        super().__init__(**options)
        self._owner = owner

    def _handle_connect(self, environ: Any, start_response: Any, transport: str, jsonp_index: Any = None) -> Any:
        sock = environ.get("gunicorn.socket")
        is_upgrade = environ.get("HTTP_SEC_WEBSOCKET_VERSION") == "13" and "HTTP_SEC_WEBSOCKET_KEY" in environ
        if sock is None or not is_upgrade:
            return self._bad_request("Invalid websocket upgrade")
        if self._owner.is_full:
            return self._bad_request("Too many sockets")
        self._owner.accept(self.generate_id(), _socket.socket(fileno=sock.detach()), environ)
        raise StopIteration

    def send(self, sid: str, data: str) -> None:
        """Send a packet to one socket."""
        self._owner.send_packet(sid, data)


def install(app: Flask, library: SocketIO, owner: SocketOwner, **options: Any) -> None:
    """Let the library answer `/socket.io/` beside the application, with an engine that hands sockets to the owner."""
    original: Callable[..., Any] = socketio.Server._engineio_server_class
    socketio.Server._engineio_server_class = lambda server: partial(TakeoverEngine, owner)
    try:
        library.init_app(
            app,
            client_manager=owner,
            async_mode="gevent",
            transports=["websocket"],
            manage_session=False,
            monitor_clients=False,
            **options,
        )
    finally:
        socketio.Server._engineio_server_class = original
