"""Socket server of one process: sign-in of sockets, the events they may send, and their acknowledgements.

Flask-SocketIO is the protocol and the API; `socket_manager` moves the bytes.

**Sign-in.** A client sends its token in its first packet. Tokens that arrive together are looked up together, so a
herd that reconnects after a restart costs a few queries, not thousands. Origins are checked as the contract says: an
unknown one is refused, and a cookie needs one of ours. A member has at most 10 sockets, over all processes.

**Events** are read in the event loop: JSON, a name, one object. A feature registers an *inline* event, which it takes
in the loop and answers later, without waiting (posts, openings), or an ordinary one, which may wait for a database and
is run by one of a few greenlets, for each socket in the order in which it was sent. No input from a client ends the
process or touches another connection: a violation of the protocol aborts the socket, any other error is acknowledged.
A socket with too many unanswered events is not read for a while, and one that keeps exceeding rates is closed.

The identity of a socket is never copied and trusted: every action checks the session again. The room feed closes
sockets whose session has ended when Redis says that a member has news, and every few seconds.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from flask import Flask
from flask_socketio import SocketIO
from marshmallow import Schema

from community.core.batching import Batcher, FairQueue
from community.core.compat.socket_takeover import install
from community.core.errors import AppError, BadRequest, RateLimited, Unauthenticated
from community.core.live.connection import Connection as Connection
from community.core.live.connection import cookie
from community.core.live.socket_counts import SocketCounts
from community.core.live.socket_manager import SocketManager, event_frame
from community.core.live.ws_connection import PING_SECONDS, PONG_SECONDS, WebSocketConnection
from community.core.live.ws_frames import MAX_MESSAGE, ProtocolError, frame
from community.core.metrics import SOCKETS
from community.core.rate_limits import TokenBucket
from community.core.shared_rates import SharedRate
from community.core.text import as_json
from community.core.unit_of_work import Actor
from community.core.web.error_responses import error_for, socket_ack
from community.core.web.json_input import is_storable, refuse_unstorable
from community.core.web.request_context import Services

MAX_SOCKETS_PER_MEMBER = 10
MAX_UNANSWERED = 100
CONNECTS = (30, 60)
PATIENCE = (200, 60.0)

Respond = Callable[[dict[str, Any] | str | AppError], None]
InlineHandler = Callable[["Connection", dict[str, Any], Respond], None]
Handler = Callable[["Connection", dict[str, Any]], dict[str, Any]]
Read = Callable[[dict[str, Any]], dict[str, Any]]


class SocketServer:
    """Sockets of this process."""

    def __init__(self, web: Services) -> None:
        self.web = web
        self.by_member: dict[UUID, set[Connection]] = defaultdict(set)
        self.manager = SocketManager(on_message=self._on_message, on_closed=self._on_closed)
        self.on_first_socket: Callable[[], None] = lambda: None
        self.socketio = SocketIO()
        self._is_limited = web.send_rate is not None
        self._connects, self._patience = SharedRate("connects", *CONNECTS), TokenBucket(*PATIENCE)
        self.counts = SocketCounts(
            lambda: web.store.pubsub, secret=lambda: web.settings.secret_key, most=MAX_SOCKETS_PER_MEMBER
        )
        self._arrivals: Batcher[tuple[WebSocketConnection, str]] = Batcher(self._sign_in)
        self._is_started = False
        self._handlers: dict[str, tuple[Read, InlineHandler]] = {}
        self._queue = FairQueue()

    def attach(self, app: Flask) -> None:
        """Serve `/socket.io/` beside the application."""
        install(
            app,
            self.socketio,
            self.manager,
            cors_allowed_origins=self.web.settings.is_own_origin,
            max_http_buffer_size=MAX_MESSAGE,
            ping_interval=PING_SECONDS,
            ping_timeout=PONG_SECONDS,
        )

    @property
    def events(self) -> tuple[str, ...]:
        """Every event that clients may send."""
        return tuple(self._handlers)

    def on(self, event: str, shape: Schema, handler: Handler) -> None:
        """Register an event whose handler runs in a greenlet and may wait for a database."""

        def take(connection: Connection, asked: dict[str, Any], answer: Respond) -> None:
            self._queue.add(connection, partial(self._run_handler, handler, connection, asked, answer))

        self._handlers[event] = (shape.load, take)

    def on_inline(self, event: str, read: Read, handler: InlineHandler) -> None:
        """Register an event whose handler runs in the loop: it must not block, and answers when it can."""
        self._handlers[event] = (read, handler)

    def emit_to_member(self, event: str, payload: dict[str, Any], member_id: UUID) -> None:
        """Send an event to all of a member's sockets here."""
        ready = event_frame(event, payload)
        for connection in self.by_member.get(member_id, ()):
            connection.socket.send(ready)

    def open_sockets(self) -> dict[UUID, list[str]]:
        """Return the ids of the sockets that are open here, by member."""
        return {member_id: [one.socket.sid for one in theirs] for member_id, theirs in tuple(self.by_member.items())}

    def end(self, connection: Connection, code: str) -> None:
        """Send the reason, and close."""
        connection.socket.close(event_frame("session.ended", {"code": code}) + frame("41"))

    # sign-in

    def _on_message(self, socket: WebSocketConnection, text: str) -> None:
        connection: Connection | None = socket.owner
        if text.startswith("42") and connection is not None:
            self._on_event(connection, text)
        elif text == "3":
            pass  # a pong; that something was heard is noted already
        elif text.startswith("40") and connection is None and socket.greeting is not None:
            self._queue_sign_in(socket, text[2:])
        elif text in ("41", "1"):
            socket.close()
        else:
            raise ProtocolError("unknown packet")

    def _queue_sign_in(self, socket: WebSocketConnection, text: str) -> None:
        (origin, cookies), socket.greeting = socket.greeting, None
        try:
            auth = json.loads(text) if text else None
        except (ValueError, RecursionError) as error:
            raise ProtocolError("no JSON") from error
        token = auth.get("token") if isinstance(auth, dict) else None
        if origin is not None and not self.web.settings.is_own_origin(origin):
            self._refuse(socket, "origin")
        elif isinstance(token, str) and token and is_storable(token):
            self._arrivals.add((socket, token))
        elif origin is None:  # a cookie is sent by any page; only ours says so
            self._refuse(socket, "sign_in_needed")
        else:
            self._arrivals.add((socket, cookie(cookies, self.web.cookie_name)))

    def _sign_in(self, arrivals: Sequence[tuple[WebSocketConnection, str]]) -> None:
        try:
            actors = self.web.identify_all(self.web.store, {token for _, token in arrivals})
        except Exception as error:  # no database: every client is told to try again
            code = error_for(error).code
            for socket, _ in arrivals:
                self._refuse(socket, code)
            return
        known = self._within_rate([(socket, actors.get(token)) for socket, token in arrivals])
        surplus = self.counts.take((actor.id, socket.sid) for socket, actor in known)
        for socket, actor in known:
            self._admit(socket, actor, is_surplus=socket.sid in surplus)

    def _within_rate(
        self, arrivals: Sequence[tuple[WebSocketConnection, Actor | None]]
    ) -> list[tuple[WebSocketConnection, Actor]]:
        """Refuse strangers, and members who connect too often. Returns the others whose connections are open."""
        known = [(socket, actor) for socket, actor in arrivals if actor is not None and socket.is_open]
        free = [True] * len(known)
        if self._is_limited:
            ids, secret = [actor.id for _, actor in known], self.web.settings.secret_key
            free = self._connects.take_each(ids, pubsub=self.web.store.pubsub, secret=secret)
        for socket, actor in arrivals:
            if actor is None and socket.is_open:
                self._refuse(socket, "sign_in_needed")
        for (socket, _), is_free in zip(known, free, strict=True):
            if not is_free:
                self._refuse(socket, "too_many")
        return [pair for pair, is_free in zip(known, free, strict=True) if is_free]

    def _admit(self, socket: WebSocketConnection, actor: Actor, *, is_surplus: bool) -> None:
        is_full = len(self.by_member.get(actor.id, ())) >= MAX_SOCKETS_PER_MEMBER
        if is_surplus or is_full or not socket.is_open:
            if not is_surplus:
                self.counts.leave(actor.id, socket.sid)
            if socket.is_open:
                self._refuse(socket, "too_many")
            return
        socket.owner = Connection(socket, actor)
        self.by_member[actor.id].add(socket.owner)
        SOCKETS.inc()
        socket.send(frame(f'40{{"sid":"{socket.sid}"}}'))
        if not self._is_started:
            self._is_started = True
            self.on_first_socket()

    def _refuse(self, socket: WebSocketConnection, why: str) -> None:
        """Send why a socket is refused. The client hangs up, or the timer wheel closes it."""
        socket.send(frame(f"44{as_json({'message': why})}"))

    def _on_closed(self, socket: WebSocketConnection) -> None:
        connection: Connection | None = socket.owner
        if connection is None:
            return
        SOCKETS.dec()
        self.counts.leave(connection.member_id, socket.sid)
        theirs = self.by_member[connection.member_id]
        theirs.discard(connection)
        if not theirs:
            del self.by_member[connection.member_id]

    # events

    def _on_event(self, connection: Connection, text: str) -> None:
        start = text.find("[")
        number = text[2:start]
        try:
            event, *sent = json.loads(text[start:])
        except (ValueError, RecursionError, TypeError) as error:
            raise ProtocolError("no JSON") from error
        if start < 0 or (number and not number.isdigit()) or len(number) > 15:
            raise ProtocolError("no event")
        connection.unanswered += 1
        if connection.unanswered == MAX_UNANSWERED:
            connection.socket.pause()
        answer = partial(self._answer, connection, number)
        try:
            if not isinstance(event, str) or event not in self._handlers:
                raise BadRequest("There's no event with that name.")
            if len(sent) != 1 or not isinstance(sent[0], dict):
                raise BadRequest("Send one JSON object.")
            if "\\u" in text:
                refuse_unstorable(sent[0])
            read, handler = self._handlers[event]
            handler(connection, read(sent[0]), answer)
        except Exception as error:  # one client's nonsense or our fault: its acknowledgement says which
            answer(error_for(error))

    def _answer(self, connection: Connection, number: str, said: dict[str, Any] | str | AppError) -> None:
        if isinstance(said, AppError):
            if isinstance(said, RateLimited) and self._patience.retry_after(connection.socket.sid) > 0:
                self.end(connection, "too_many")
            said = socket_ack(said)
        if number:
            text = said if isinstance(said, str) else as_json(said)
            connection.socket.send(frame(f"43{number}[{text}]"))
        connection.unanswered -= 1
        if connection.unanswered == MAX_UNANSWERED // 2:
            connection.socket.resume()

    def _run_handler(self, handler: Handler, connection: Connection, asked: dict[str, Any], answer: Respond) -> None:
        try:
            if not connection.socket.is_open:
                raise Unauthenticated
            answer({"ok": True, **handler(connection, asked)})
        except Exception as error:  # the same
            answer(error_for(error))
