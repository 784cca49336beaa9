"""Socket manager of one process: its connections, the rooms they are in, and broadcasts with one set of bytes for all.

A plain server's broadcast costs a queue, a greenlet switch, a framing and a system call for every recipient of every
message. Here a message is encoded and framed **once**; a room collects the frames of one turn of the event loop; and
each connection of the room gets all of them in **one** non-blocking send of the same bytes, straight from the loop. A
quiet room sends at once, a busy one many frames in one call, without a timer. Members who must see something else
(blocks) get bytes of their own, and only they cost more.

`SocketManager` is a client manager of python-socketio, its extension point for this: `socketio.emit`, `enter_room` and
`disconnect` of the library work as always and send the same way. The library's `sid` is one WebSocket here, because
there is one namespace. Its tables are replaced by two: connections by `sid`, rooms by name.
`core/compat/socket_takeover.py` takes a WebSocket over from gunicorn right after the request that asks for it.

**One timer wheel** turns once a second for every ping and deadline of the process. A connection has a slot from its
start: visited every 25 s for a ping, 20 s after that to check that anything was received, and 10 s after the start to
check that the client has signed in. At every turn, connections whose backlog has not moved for eight seconds are
aborted (`ws_connection.py` has the reasons).

Everything here runs in the event loop, one step after the other: nothing is locked, nothing may block.
"""

import _socket
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from uuid import UUID

import structlog
from gevent import get_hub
from socketio.manager import Manager

from community.core.live.ws_connection import PING_SECONDS, PONG_SECONDS, SILENT_SECONDS, WebSocketConnection
from community.core.live.ws_frames import MAX_MESSAGE, frame, handshake
from community.core.text import as_json

log = structlog.get_logger()
MAX_SOCKETS = 20_000
SEND_BUFFER = 128 * 1024  # the kernel's part of a backlog; it takes twice that


def event_frame(event: str, payload: Any) -> bytes:
    """Return an event as a frame that can be sent to any client."""
    return frame(f"42{as_json([event, payload])}")


class Room:
    """Connections in a room, and the frames that wait for the end of this turn: bytes, and other bytes for some
    members.
    """

    __slots__ = ("frames", "sockets")

    def __init__(self) -> None:
        self.sockets: set[WebSocketConnection] = set()
        self.frames: list[tuple[bytes, Mapping[UUID, bytes] | None]] = []

    def flush(self) -> None:
        """Send the waiting frames."""
        frames, self.frames = self.frames, []
        same = b"".join(data for data, _ in frames)
        special = {member_id for _, instead in frames if instead for member_id in instead}
        for socket in tuple(self.sockets):  # a send may abort a socket and remove it
            if special and socket.owner.member_id in special:
                mine = socket.owner.member_id
                socket.write(b"".join(instead.get(mine, data) if instead else data for data, instead in frames))
            elif same:
                socket.write(same)


class SocketManager(Manager):  # type: ignore[misc]  # the library has no types
    """Connections of this process and the rooms they are in."""

    def __init__(
        self,
        *,
        on_message: Callable[[WebSocketConnection, str], None],
        on_closed: Callable[[WebSocketConnection], None],
    ) -> None:
        super().__init__()
        self.on_message = on_message
        self._on_closed = on_closed
        self.sockets: dict[str, WebSocketConnection] = {}
        self.open_rooms: dict[Any, Room] = {}
        self.stalled: set[WebSocketConnection] = set()
        self._rooms_to_flush: list[Room] = []
        self._sockets_to_flush: list[WebSocketConnection] = []
        self._wheel: list[set[WebSocketConnection]] = [set() for _ in range(PING_SECONDS)]
        self._tick = 0
        self._timer: Any = None

    def add(self, sid: str, socket: WebSocketConnection) -> None:
        """Register a new connection, and give it a slot on the timer wheel."""
        if self._timer is None:
            self._timer = get_hub().loop.timer(1.0, repeat=1.0)
            self._timer.start(self._advance_wheel)
        self.sockets[sid] = socket
        self._wheel[self._tick % PING_SECONDS].add(socket)

    @property
    def is_full(self) -> bool:
        """True when this process serves as many sockets as it may."""
        return len(self.sockets) >= MAX_SOCKETS

    def accept(self, sid: str, sock: _socket.socket, environ: dict[str, Any]) -> None:
        """Serve a socket that was taken over from the web server, and answer its handshake."""
        sock.setblocking(False)
        sock.setsockopt(_socket.IPPROTO_TCP, _socket.TCP_NODELAY, 1)
        sock.setsockopt(_socket.SOL_SOCKET, _socket.SO_SNDBUF, SEND_BUFFER)
        socket = WebSocketConnection(self, sid, sock, (environ.get("HTTP_ORIGIN"), environ.get("HTTP_COOKIE", "")))
        self.add(sid, socket)
        times = {"pingInterval": PING_SECONDS * 1000, "pingTimeout": PONG_SECONDS * 1000}
        opening = {"sid": sid, "upgrades": [], **times, "maxPayload": MAX_MESSAGE}
        socket.send(handshake(environ["HTTP_SEC_WEBSOCKET_KEY"]) + frame(f"0{as_json(opening)}"))

    def send_packet(self, sid: str, packet: str) -> None:
        """Send a Socket.IO packet of the library's own."""
        if sid in self.sockets:
            self.sockets[sid].send(frame(f"4{packet}"))

    def leave(self, socket: WebSocketConnection) -> None:
        """Remove a connection from all rooms and tables, and from the timer wheel once it is closed."""
        if self.sockets.pop(socket.sid, None) is not None:
            for name in tuple(socket.rooms):
                self.leave_room(socket.sid, None, name, socket=socket)
            self._on_closed(socket)
        if not socket.is_open:
            self.stalled.discard(socket)
            for place in self._wheel:
                place.discard(socket)

    def broadcast(self, room: Any, data: bytes, *, instead: Mapping[UUID, bytes] | None = None) -> None:
        """Send a frame to all in a room at the end of this turn of the loop, and other bytes (`instead`) to some
        members.
        """
        found = self.open_rooms.get(room)
        if found is not None:
            if not found.frames:
                self._rooms_to_flush.append(found)
                self._schedule()
            found.frames.append((data, instead))

    def flush_soon(self, socket: WebSocketConnection) -> None:
        """Flush a connection at the end of this turn."""
        self._sockets_to_flush.append(socket)
        self._schedule()

    def _schedule(self) -> None:
        if len(self._rooms_to_flush) + len(self._sockets_to_flush) == 1:
            get_hub().loop.run_callback(self._flush)

    def _flush(self) -> None:
        full: list[Room | WebSocketConnection] = [*self._rooms_to_flush, *self._sockets_to_flush]
        self._rooms_to_flush, self._sockets_to_flush = [], []
        for one in full:
            try:
                one.flush()
            except Exception as error:  # one room's trouble is not another's
                log.error("flush.failed", exc_info=error)

    def _advance_wheel(self) -> None:
        self._tick += 1
        for since in (0, PONG_SECONDS, SILENT_SECONDS):
            for socket in tuple(self._wheel[(self._tick - since) % PING_SECONDS]):
                socket.on_tick(since=since)
        now = time.monotonic()
        for socket in tuple(self.stalled):
            if socket.is_stalled(now):
                socket.abort()

    def emit(self, event: str, data: Any, namespace: str, room: Any = None, skip_sid: Any = None, **more: Any) -> None:
        """Send an event to one socket by its `sid`, to a room, or to all. Callbacks are not supported."""
        if more.pop("callback", None) is not None:  # on purpose: an answer that is waited for would hold a greenlet
            raise NotImplementedError("nothing here waits for a client's answer")
        room = more.pop("to", None) or room
        arguments = list(data) if isinstance(data, tuple) else [] if data is None else [data]
        ready = frame(f"42{as_json([event, *arguments])}")
        skipped = skip_sid if isinstance(skip_sid, list) else [skip_sid]
        for sid, _ in self.get_participants(namespace, room):
            if sid not in skipped:
                self.sockets[sid].send(ready)

    def get_participants(self, namespace: str, room: Any) -> Iterator[tuple[str, str]]:
        """Yield the sids of all in a room, of one socket, or of all sockets."""
        inside = self.open_rooms[room].sockets if room in self.open_rooms else ()
        found = list(self.sockets) if room is None else [room] if room in self.sockets else [one.sid for one in inside]
        yield from ((sid, sid) for sid in found)

    def is_connected(self, sid: str, namespace: str) -> bool:
        """Return whether this is a signed-in socket of this process."""
        return sid in self.sockets and self.sockets[sid].owner is not None

    def pre_disconnect(self, sid: str, namespace: str) -> str:
        """Return the Engine.IO id of a socket, which is its own sid."""
        return sid

    def disconnect(self, sid: str, namespace: str, **more: Any) -> None:
        """Close a socket after what was sent to it."""
        if (socket := self.sockets.get(sid)) is not None:
            socket.close()

    def enter_room(self, sid: str, namespace: str | None, room: Any, eio_sid: str | None = None) -> None:
        """Put a socket into a room."""
        self.open_rooms.setdefault(room, Room()).sockets.add(self.sockets[sid])
        self.sockets[sid].rooms.add(room)

    def leave_room(
        self, sid: str, namespace: str | None, room: Any, *, socket: WebSocketConnection | None = None
    ) -> None:
        """Take a socket out of a room, and forget a room that is empty."""
        socket = socket or self.sockets.get(sid)
        found = self.open_rooms.get(room)
        if socket is not None and found is not None:
            socket.rooms.discard(room)
            found.sockets.discard(socket)
            if not found.sockets:
                del self.open_rooms[room]

    def get_rooms(self, sid: str, namespace: str) -> list[Any]:
        """Return the rooms a socket is in."""
        return list(self.sockets[sid].rooms) if sid in self.sockets else []
