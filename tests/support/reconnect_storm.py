"""Thousands of clients that lose their server and reconnect from where they were, on one thread with raw frames.

Each speaks just enough Socket.IO: who it is, which room, since which message. What it has seen is the set of marks
(`~7~` in a message's words) in what it received. Whoever is hung up on or refused comes again a little later.
"""

import heapq
import random
import re
import select
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.benchmarks.load import PING, masked

MARK = re.compile(rb"~(\d+)~")
HELLO = (
    b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
    b"Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
AGAIN_SECONDS = (0.5, 2.0)  # at random in between
OUTSIDE, GREETED, KNOWN, INSIDE = range(4)


@dataclass(eq=False)
class StormClient:
    """One client: the state of its connection, and the marks that it has seen."""

    token: str
    place: int
    sock: socket.socket | None = None
    state: int = OUTSIDE
    tail: bytes = b""
    seen: set[int] = field(default_factory=set)

    @property
    def is_inside(self) -> bool:
        """Whether it is connected and has the room open."""
        return self.state == INSIDE


class ReconnectStorm:
    """All clients, in one room of one service."""

    def __init__(self, port: int, room: str, tokens: list[str]) -> None:
        self.animals = [StormClient(token, place) for place, token in enumerate(tokens)]
        self.since_seq = 0
        self.times_refused = 0
        self._address = ("127.0.0.1", port)
        self._room = room
        self._poll = select.epoll()
        self._by_fd: dict[int, StormClient] = {}
        self._coming: list[tuple[float, int]] = []
        self._random = random.Random(20_261_126)

    def come(self, *, spread: float, within: float) -> float:
        """Let everybody who is outside come within `spread` seconds; the seconds until the last one is in."""
        started = time.monotonic()
        self._coming = [
            (started + self._random.uniform(0, spread), one.place) for one in self.animals if not one.is_inside
        ]
        heapq.heapify(self._coming)
        self._live(until=started + within, all_of=lambda one: one.is_inside)
        return time.monotonic() - started

    def see(self, marks: set[int], *, within: float) -> None:
        """Listen until everybody has seen these, or the time is over."""
        self._live(until=time.monotonic() + within, all_of=lambda one: marks <= one.seen)

    def lose_everybody(self, *, within: float) -> None:
        """Listen until every connection has been lost, without reconnecting."""
        end = time.monotonic() + within
        while self._by_fd and time.monotonic() < end:
            self._hear(0.1, comes_again=False)
        assert not self._by_fd, f"{len(self._by_fd)} are still connected"

    def go(self) -> None:
        """Hang up."""
        for one in self.animals:
            self._drop(one)
        self._poll.close()

    def _live(self, *, until: float, all_of: Callable[[StormClient], bool]) -> None:
        lacking = set(self.animals)
        while lacking and time.monotonic() < until:
            now = time.monotonic()
            while self._coming and self._coming[0][0] <= now:
                self._knock(heapq.heappop(self._coming)[1])
            touched = self._hear(max(0.0, min(0.1, self._coming[0][0] - now)) if self._coming else 0.1)
            lacking -= {one for one in touched if all_of(one)}
            if not touched:
                lacking = {one for one in lacking if not all_of(one)}

    def _knock(self, place: int) -> None:
        one = self.animals[place]
        one.sock = socket.socket()
        one.sock.setblocking(False)
        one.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        one.sock.connect_ex(self._address)
        one.state, one.tail = OUTSIDE, b""
        self._by_fd[one.sock.fileno()] = one
        self._poll.register(one.sock.fileno(), select.EPOLLOUT)

    def _hear(self, wait: float, *, comes_again: bool = True) -> list[StormClient]:
        touched = []
        for fd, event in self._poll.poll(wait):
            one = self._by_fd[fd]
            try:
                if event & select.EPOLLOUT and not event & (select.EPOLLERR | select.EPOLLHUP):
                    self._say(one, HELLO)
                    self._poll.modify(fd, select.EPOLLIN)
                else:
                    self._take(one)
                touched.append(one)
            except OSError:
                self._drop(one)
                if comes_again:
                    self.times_refused += 1
                    again = time.monotonic() + self._random.uniform(*AGAIN_SECONDS)
                    heapq.heappush(self._coming, (again, one.place))
        return touched

    def _take(self, one: StormClient) -> None:
        assert one.sock
        data = one.sock.recv(262_144)
        if not data:
            raise ConnectionResetError
        if data.count(PING):
            self._say(one, masked("3"))
        data = one.tail + data
        one.seen.update(map(int, MARK.findall(data)))
        one.tail = data[-8:] if one.is_inside else data
        if one.state == OUTSIDE and b'"pingInterval"' in data:
            self._step(one, GREETED, f'40{{"token":"{one.token}"}}')
        elif one.state == GREETED and b"40{" in data:
            place = f'"since_seq":{self.since_seq},"since_rev":{self.since_seq}'
            self._step(one, KNOWN, f'420["room.open",{{"room_id":"{self._room}",{place}}}]')
        elif one.state == GREETED and b"44{" in data:
            raise ConnectionRefusedError
        elif one.state == KNOWN and b'430[{"ok":true' in data and b'"more":false' in data:
            one.state, one.tail = INSIDE, b""

    def _step(self, one: StormClient, state: int, text: str) -> None:
        one.state, one.tail = state, b""
        self._say(one, masked(text))

    @staticmethod
    def _say(one: StormClient, data: bytes) -> None:
        assert one.sock
        one.sock.sendall(data)

    def _drop(self, one: StormClient) -> None:
        if one.sock is not None:
            del self._by_fd[one.sock.fileno()]
            self._poll.unregister(one.sock.fileno())
            one.sock.close()
            one.sock = None
        one.state = OUTSIDE
