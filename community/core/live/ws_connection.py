"""WebSocket connection on the event loop: one output path, a bounded backlog, and no greenlet.

- **One output path.** Everything leaves through `send` (with whatever else this turn of the loop brings) or `write`
  (now), which keep one order. What the kernel does not take at once waits in the backlog, which holds at most 1 MB.
  Beyond it, or when nothing moved for eight seconds, the connection is aborted. Its client reconnects and asks for what
  it lacks, so nothing is lost, and no other client waits.
- **No greenlet for silent clients.** The loop watches the socket for reading, and for writing only while there is a
  backlog. Nothing here blocks: `ConnectionOwner.on_message` hands on work that has to wait.
- **A file number is reused as soon as it is free.** A connection is out of every room and unwatched before its socket
  is closed, and it sends through the socket object, never through the number: no client gets another's data.
"""

import _socket
import struct
import time
from collections import deque
from typing import Any, Protocol

from gevent import get_hub

from community.core.live.ws_frames import (
    CLOSE,
    NORMAL_CLOSURE,
    PING,
    PONG,
    TEXT,
    FrameReader,
    ProtocolError,
    frame,
    framed,
)

MAX_BACKLOG = 1_000_000
STALLED_SECONDS = 8.0
PING_SECONDS, PONG_SECONDS, SILENT_SECONDS = 25, 20, 10
READ, WRITE = 1, 2
DISCARD_UNSENT = struct.pack("ii", 1, 0)
_BUFFER = bytearray(64 * 1024)


class ConnectionOwner(Protocol):
    """Owner of connections, which understands their messages. Nothing here may block."""

    stalled: set["WebSocketConnection"]

    def on_message(self, socket: "WebSocketConnection", text: str) -> None:
        """Handle one text message. Raises ProtocolError."""

    def flush_soon(self, socket: "WebSocketConnection") -> None:
        """Flush a connection at the end of this turn of the loop."""

    def leave(self, socket: "WebSocketConnection") -> None:
        """Remove a connection from all rooms and tables. May be called twice."""


PING_FRAME = frame("2")  # of Engine.IO


class WebSocketConnection:
    """A WebSocket. `greeting` holds its request's origin and cookies, `owner` the member's connection after sign-in."""

    __slots__ = (
        "_backlog",
        "_backlog_size",
        "_frames",
        "_is_ending",
        "_manager",
        "_pending",
        "_reader",
        "_sock",
        "_stalled_since",
        "_writer",
        "greeting",
        "has_answered",
        "is_open",
        "owner",
        "rooms",
        "sid",
    )

    def __init__(self, manager: ConnectionOwner, sid: str, sock: _socket.socket, greeting: Any) -> None:
        self._manager = manager
        self._sock = sock
        self._pending: list[bytes] = []
        self._backlog: deque[memoryview] | None = None
        self._backlog_size = 0
        self._stalled_since = 0.0
        self._frames = FrameReader()
        self._is_ending = False
        self._writer: Any = None
        self.sid = sid
        self.rooms: set[Any] = set()
        self.greeting = greeting
        self.owner: Any = None
        self.is_open = self.has_answered = True
        self._reader: Any = get_hub().loop.io(sock.fileno(), READ)
        self._reader.start(self._readable)

    def send(self, data: bytes) -> None:
        """Send frames with whatever else this turn of the loop brings."""
        if not self.is_open:
            return
        if not self._pending:
            self._manager.flush_soon(self)
        self._pending.append(data)

    def flush(self) -> None:
        """Write what `send` was given."""
        if not self._pending:
            return
        data = self._pending[0] if len(self._pending) == 1 else b"".join(self._pending)
        self._pending = []
        self.write(data)

    def write(self, data: bytes) -> None:
        """Pass frames to the kernel, after everything that was sent before."""
        if self._pending:
            self._pending.append(data)
        elif self._backlog is not None:
            self._queue_backlog(memoryview(data))
        elif self.is_open:
            try:
                sent = self._sock.send(data)
            except BlockingIOError:
                sent = 0
            except OSError:
                self.abort()
                return
            if sent < len(data):
                self._queue_backlog(memoryview(data)[sent:])

    def close(self, data: bytes = b"") -> None:
        """Send these last frames, then close as the protocol wants it. Later messages are ignored."""
        if not self.is_open or self._is_ending:
            return
        self._is_ending = True
        self.send(data + framed(NORMAL_CLOSURE, CLOSE))
        if self._pending:
            self.flush()
        if self.is_open and self._backlog is None:
            try:
                self._sock.shutdown(_socket.SHUT_WR)
            except OSError:
                self.abort()
                return
        self._manager.leave(self)

    def abort(self) -> None:
        """Close now. Leaves every room and stops watching first: the file number may be reused in a moment."""
        if not self.is_open:
            return
        self.is_open = False
        self._manager.leave(self)
        for watcher in (self._reader, self._writer):
            if watcher is not None:
                watcher.stop()
                watcher.close()
        if self._backlog is not None:  # what the kernel still holds for them goes at once, too
            self._sock.setsockopt(_socket.SOL_SOCKET, _socket.SO_LINGER, DISCARD_UNSENT)
        self._reader = self._writer = self._backlog = None
        self._pending = []
        self._sock.close()

    def pause(self) -> None:
        """Stop reading for a while: a client that asks faster than it is answered waits in its own buffers."""
        if self.is_open:
            self._reader.stop()

    def resume(self) -> None:
        """Read again."""
        if self.is_open and not self._reader.active:
            self._reader.start(self._readable)

    def is_stalled(self, now: float) -> bool:
        """Return whether the backlog has not moved for too long."""
        return self._backlog is not None and now - self._stalled_since > STALLED_SECONDS

    def on_tick(self, *, since: int) -> None:
        """Handle a turn of the timer wheel, `since` seconds after this slot's ping."""
        is_unknown = since == SILENT_SECONDS and (self.owner is None or self._is_ending)
        if is_unknown or (since == PONG_SECONDS and not self.has_answered):
            self.abort()
        elif since == 0 and not self._is_ending:
            self.has_answered = False
            self.send(PING_FRAME)

    def _queue_backlog(self, data: memoryview) -> None:
        if self._backlog is None:
            self._backlog = deque()
            self._stalled_since = time.monotonic()
            self._writer = get_hub().loop.io(self._sock.fileno(), WRITE)
            self._writer.start(self._writable)
            self._manager.stalled.add(self)
        self._backlog.append(data)
        self._backlog_size += len(data)
        if self._backlog_size > MAX_BACKLOG:
            self.abort()

    def _writable(self) -> None:
        assert self._backlog is not None
        try:
            while self._backlog:
                sent = self._sock.send(self._backlog[0])
                self._stalled_since = time.monotonic()
                self._backlog_size -= sent
                if sent < len(self._backlog[0]):
                    self._backlog[0] = self._backlog[0][sent:]
                    return
                self._backlog.popleft()
        except BlockingIOError:
            return
        except OSError:
            self.abort()
            return
        self._backlog = None
        self._manager.stalled.discard(self)
        self._writer.stop()
        self._writer.close()
        self._writer = None

    def _readable(self) -> None:
        try:
            size = self._sock.recv_into(_BUFFER)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            size = 0
        if not size:
            self.abort()
            return
        self.has_answered = True
        if self._is_ending:
            return
        try:
            for kind, body in self._frames.read(bytes(_BUFFER[:size])):
                self._on_frame(kind, body)
                if not self.is_open or self._is_ending:
                    return
        except (ProtocolError, UnicodeDecodeError):
            self.abort()

    def _on_frame(self, kind: int, body: bytes) -> None:
        if kind == TEXT:
            self._manager.on_message(self, body.decode())
        elif kind == PING:
            self.send(framed(body, PONG))
        elif kind == CLOSE:
            self.close()
            self.abort()
