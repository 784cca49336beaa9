"""The sockets of one process: who is connected, what they may send, and what they are answered.

Flask-SocketIO carries the protocol; its handlers are bypassed. Events go straight to the python-socketio server behind
it, outside any Flask request: the identity of a socket is looked up from its session at the connect and checked again
by every action it asks for, never copied and trusted.

A client's event is read by a schema and handed to a feature's function; what it returns is the acknowledgement, and
what it raises goes through the same mapper as an HTTP error. Nothing that a client sends ends the process or touches
another's connection. Sockets whose session has ended are closed by `drop_ended`, which the tail calls when the bell
rings for a member and every few seconds.
"""

import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Any
from uuid import UUID

from flask import Flask
from flask_socketio import SocketIO
from marshmallow import Schema
from socketio.exceptions import ConnectionRefusedError as Refused

from community.core.answers import acknowledgement, refusal_of
from community.core.errors import Malformed, SignInNeeded
from community.core.limits import Rate
from community.core.metrics import SOCKETS
from community.core.unit_of_work import Actor
from community.core.web import Web

MOST_SOCKETS_PER_MEMBER = 10
LARGEST_FRAME = 64 * 1024
CONNECTS = (30, 60.0)

Handler = Callable[["Connection", dict[str, Any]], dict[str, Any]]


@dataclass(eq=False)
class Connection:
    """One open socket."""

    sid: str
    actor: Actor
    rooms: set[UUID] = field(default_factory=set)


class Live:
    """All sockets of this process."""

    def __init__(self, web: Web) -> None:
        self.web = web
        self.by_sid: dict[str, Connection] = {}
        self.by_member: dict[UUID, set[str]] = defaultdict(set)
        self.on_gone: Callable[[Connection], None] = lambda connection: None
        self.on_first: Callable[[], None] = lambda: None
        self._connects = Rate(*CONNECTS)
        self.socketio = SocketIO()
        self._started = threading.Lock()
        self._handlers: dict[str, tuple[Schema, Handler]] = {}

    def attach(self, app: Flask) -> None:
        """Put the sockets beside the application."""
        self.socketio.init_app(
            app,
            async_mode="gevent",
            transports=["websocket"],
            manage_session=False,
            cors_allowed_origins=self._is_our_origin,
            max_http_buffer_size=LARGEST_FRAME,
            ping_interval=25,
            ping_timeout=20,
            logger=False,
            engineio_logger=False,
            async_handlers=False,
            always_connect=False,
        )
        server = self.socketio.server
        server.on("connect", self._connect)
        server.on("disconnect", self._disconnect)
        server.on("*", self._unknown)

    def on(self, event: str, shape: Schema, handler: Handler) -> None:
        """Let a feature answer an event."""
        self._handlers[event] = (shape, handler)
        self.socketio.server.on(event, lambda sid, *sent: self._answer(event, sid, sent))

    @property
    def events(self) -> tuple[str, ...]:
        """Every event that clients may send."""
        return tuple(self._handlers)

    def emit(self, event: str, payload: dict[str, Any], sid: str) -> None:
        """Send to one socket."""
        self.socketio.server.emit(event, payload, to=sid)

    def emit_to_member(self, event: str, payload: dict[str, Any], member_id: UUID) -> None:
        """Send to all of a member's sockets here."""
        for sid in tuple(self.by_member.get(member_id, ())):
            self.emit(event, payload, sid)

    def end(self, connection: Connection, code: str) -> None:
        """Say why, and close."""
        self.emit("session.ended", {"code": code}, connection.sid)
        self.socketio.server.disconnect(connection.sid)

    def drop_ended(self, live_sessions: Callable[[set[UUID]], set[UUID]], *, member_id: UUID | None = None) -> None:
        """Close the sockets, of one member or of all, whose sessions have ended."""
        mine = self.by_member.get(member_id, set()) if member_id else set(self.by_sid)
        open_ones = [self.by_sid[sid] for sid in tuple(mine) if sid in self.by_sid]
        sessions = {one.actor.session_id for one in open_ones if one.actor.session_id}
        if not sessions:
            return
        live = live_sessions(sessions)
        for connection in open_ones:
            if connection.actor.session_id not in live:
                self.end(connection, "session_ended")

    def _is_our_origin(self, origin: str) -> bool:
        settings = self.web.settings
        if origin == settings.public_url:
            return True
        return not settings.is_production and origin in (
            f"http://localhost:{settings.port}",
            f"http://127.0.0.1:{settings.port}",
        )

    def _connect(self, sid: str, environ: dict[str, Any], auth: Any = None) -> None:
        token = auth.get("token") if isinstance(auth, dict) else None
        origin = environ.get("HTTP_ORIGIN")
        if origin is not None and not self._is_our_origin(origin):
            raise Refused("origin")
        if not isinstance(token, str) or not token:
            if origin is None:  # a cookie is sent by any page; only ours says so
                raise Refused("sign_in_needed")
            token = _cookie(environ.get("HTTP_COOKIE", ""), self.web.cookie_name)
        actor = self.web.identify(self.web.store, token) if token else None
        if actor is None:
            raise Refused("sign_in_needed")
        is_flood = self.web.send_rate is not None and self._connects.wait_for(actor.id) > 0
        if is_flood or len(self.by_member[actor.id]) >= MOST_SOCKETS_PER_MEMBER:
            raise Refused("too_many")
        self.by_sid[sid] = Connection(sid, actor)
        self.by_member[actor.id].add(sid)
        SOCKETS.inc()
        if self._started.acquire(blocking=False):
            self.on_first()

    def _disconnect(self, sid: str, *_reason: object) -> None:
        connection = self.by_sid.pop(sid, None)
        if connection is None:
            return
        SOCKETS.dec()
        sids = self.by_member[connection.actor.id]
        sids.discard(sid)
        if not sids:
            del self.by_member[connection.actor.id]
        self.on_gone(connection)

    def _answer(self, event: str, sid: str, sent: tuple[Any, ...]) -> dict[str, Any]:
        try:
            connection = self.by_sid.get(sid)
            if connection is None:
                raise SignInNeeded
            if len(sent) != 1 or not isinstance(sent[0], dict):
                raise Malformed("Send one object.")
            shape, handler = self._handlers[event]
            return {"ok": True, **handler(connection, shape.load(sent[0]))}
        except Exception as error:  # one client's nonsense or our fault: its acknowledgement says which
            return acknowledgement(refusal_of(error))

    def _unknown(self, event: str, sid: str, *_sent: object) -> dict[str, Any]:
        return acknowledgement(Malformed("There is no such event."))


def _cookie(header: str, name: str) -> str:
    try:
        found = SimpleCookie(header).get(name)
    except CookieError:
        return ""
    return found.value if found else ""
