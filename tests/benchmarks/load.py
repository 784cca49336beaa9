"""A crowd of plain sockets that speaks just enough Socket.IO: opens a room, sends, and counts a marker in raw bytes.

A client library would be the bottleneck long before any server here, so nothing is decoded: a delivery is a marker in
what a socket received, an acknowledgement another one, and times are read on a few sockets only. The same crowd loads
every system.
"""

import re
import select
import socket
import time
from collections import deque
from dataclasses import dataclass, field

MARK, ACKED, PING = b"~M~", b'"duplicate":', b"\x81\x012"
TIME = re.compile(rb"~M~(\d{20})~")
SAMPLES = 5
IN_THE_DOOR = 100
_BUFFER = bytearray(1 << 18)
_VIEW = memoryview(_BUFFER)


def masked(text: str) -> bytes:
    """A client's frame, masked with zeros, which the protocol allows and costs nothing."""
    body = text.encode()
    size = len(body)
    head = bytes((0x81, 0x80 | size)) if size < 126 else b"\x81\xfe" + size.to_bytes(2, "big")
    return head + b"\0\0\0\0" + body


@dataclass(eq=False)
class Member:
    """One socket."""

    sock: socket.socket
    token: str
    state: int = 0
    tail: bytes = b""
    received: int = 0
    acked: int = 0
    sent: int = 0
    latencies: "list[float] | None" = None
    out: bytes = b""


@dataclass
class Crowd:
    """Members of one room on one server."""

    port: int
    room: str
    members: list[Member] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._poll = select.epoll()
        self._by_fd: dict[int, Member] = {}
        self._run = f"{time.time_ns():x}"

    def come(self, tokens: "list[str]") -> float:
        """Connect, say who, open the room; the seconds until everybody has."""
        started = time.monotonic()
        waiting, inside = deque(tokens), 0
        entering: set[Member] = set()
        while inside < len(tokens):
            while waiting and len(entering) < IN_THE_DOOR:
                entering.add(self._knock(waiting.popleft()))
            for fd, _ in self._poll.poll(10):
                one = self._by_fd[fd]
                if one in entering and self._step_in(one):
                    entering.discard(one)
                    inside += 1
        return time.monotonic() - started

    def saturate(self, seconds: float, *, senders: int, in_flight: int) -> "tuple[int, int, float]":
        """Senders keep so many messages unacknowledged; (messages, deliveries, seconds) of the window."""
        talking = self.members[:senders]
        self._forget()
        started = time.monotonic()
        for one in talking:
            for _ in range(in_flight):
                self._say(one)
        end = started + seconds
        while time.monotonic() < end:
            for fd, _ in self._poll.poll(0.1):
                one = self._by_fd[fd]
                for _ in range(self._hear(one)):
                    self._say(one)
        elapsed = time.monotonic() - started
        seen = sum(one.received for one in self.members)
        acked = sum(one.acked for one in talking)
        self._drain(talking)
        return acked, seen, elapsed

    def pace(self, seconds: float, *, senders: int, rate: float) -> "tuple[list[float], float]":
        """Send `rate` a second in turn; every sampled latency in seconds, and how many seconds it took."""
        talking = self.members[:senders]
        self._forget()
        started = due = time.monotonic()
        turn = 0
        while time.monotonic() < started + seconds:
            now = time.monotonic()
            while due <= now:
                self._say(talking[turn % senders])
                turn += 1
                due += 1 / rate
            for fd, _ in self._poll.poll(max(0.0, due - time.monotonic())):
                self._hear(self._by_fd[fd])
        elapsed = time.monotonic() - started
        self._drain(talking)
        return [seen for one in self.members for seen in one.latencies or ()], elapsed

    @property
    def lost(self) -> int:
        """Deliveries that are missing after everything was waited for."""
        sent = sum(one.sent for one in self.members)
        return sum(sent - one.received for one in self.members)

    def go(self) -> None:
        """Hang up."""
        for one in self.members:
            one.sock.close()
        self._poll.close()

    def _knock(self, token: str) -> Member:
        sock = socket.create_connection(("127.0.0.1", self.port))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.sendall(
            b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
            b"Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        sock.setblocking(False)
        one = Member(sock, token)
        self._by_fd[sock.fileno()] = one
        self._poll.register(sock.fileno(), select.EPOLLIN)
        self.members.append(one)
        return one

    def _step_in(self, one: Member) -> bool:
        data = one.sock.recv(65_536)
        assert data, f"the server hung up: {one.tail[-200:]!r}"
        one.tail += data
        if one.state == 0 and b'"pingInterval"' in one.tail:
            one.sock.send(masked(f'40{{"token":"{one.token}"}}'))
            one.state, one.tail = 1, b""
        elif one.state == 1 and b"40{" in one.tail:
            one.sock.send(masked(f'420["room.open",{{"room_id":"{self.room}"}}]'))
            one.state, one.tail = 2, b""
        elif one.state == 2 and b'430[{"ok":true' in one.tail and b'"more":false' in one.tail:
            one.state, one.tail = 3, b""
        return one.state == 3

    def _forget(self) -> None:
        for place, one in enumerate(self.members):
            one.received = one.acked = one.sent = 0
            one.tail = b""
            one.latencies = [] if place >= len(self.members) - SAMPLES else None

    def _say(self, one: Member) -> None:
        one.sent += 1
        body = f"~M~{time.perf_counter_ns():020d}~".ljust(200, "x")
        key = f"{self._run}-{one.sock.fileno()}-{time.time_ns():x}-{one.sent}"
        text = f'421["message.send",{{"room_id":"{self.room}","client_msg_id":"{key}","body":"{body}"}}]'
        one.sock.setblocking(True)
        one.sock.sendall(masked(text))
        one.sock.setblocking(False)

    def _hear(self, one: Member) -> int:
        """Take what came; how many acknowledgements were in it."""
        try:
            size = one.sock.recv_into(_BUFFER)
        except BlockingIOError:
            return 0
        assert size, "the server hung up"
        data = one.tail + _VIEW[:size]
        if one.latencies is None:
            keep = 14
            one.received += data.count(MARK) - one.tail.count(MARK)
        else:
            now = time.perf_counter_ns()
            keep = 24
            found = TIME.findall(data)
            before = TIME.findall(one.tail)
            one.received += len(found) - len(before)
            one.latencies += [(now - int(at)) / 1e9 for at in found[len(before) :]]
        acks = data.count(ACKED) - one.tail.count(ACKED)
        one.acked += acks
        if data.count(PING) > one.tail.count(PING):
            one.sock.send(masked("3"))
        one.tail = data[-keep:]
        return acks

    def _drain(self, talking: "list[Member]") -> None:
        """Wait until everything that was sent has arrived everywhere, ten seconds at most."""
        end = time.monotonic() + 10
        sent = sum(one.sent for one in talking)
        while time.monotonic() < end and any(one.received < sent for one in self.members):
            for fd, _ in self._poll.poll(0.2):
                self._hear(self._by_fd[fd])
