"""Socket.IO connection that is read frame by frame on one thread, so the order of arrival is known."""

import json
import socket
import threading
from types import TracebackType
from typing import Any

import websocket

from tests.support.waiting import until

PING, PONG, CONNECT, EVENT, ACK = "2", "3", "40", "42", "43"


class SocketIOConnection:
    """A Socket.IO 5 connection of its own, without any client library; what came is in `received`, in its order."""

    def __init__(self, url: str, token: str) -> None:
        self.received: list[tuple[str, Any]] = []
        self._answers: dict[int, Any] = {}
        self._next_id = 0
        self._socket = websocket.create_connection(
            url.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket", timeout=30
        )
        assert self._socket.recv().startswith("0")
        self._socket.send(CONNECT + json.dumps({"token": token}))
        answer = self._socket.recv()
        assert answer.startswith(CONNECT), answer
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def __enter__(self) -> "SocketIOConnection":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.hang_up()

    def hang_up(self) -> None:
        """Drop the connection without a close frame, as a phone in a tunnel does."""
        self._socket.sock.shutdown(socket.SHUT_RDWR)  # wakes the reader, which closing alone does not
        self._reader.join()
        self._socket.shutdown()

    def ask(self, event: str, body: Any) -> Any:
        """Send and wait for the acknowledgement."""
        number = self._next_id = self._next_id + 1
        self._socket.send(f"{EVENT}{number}{json.dumps([event, body])}")
        until(lambda: number in self._answers, within=15, what=f"{event} to be acknowledged")
        return self._answers[number]

    def of(self, event: str) -> list[Any]:
        """What came of one kind, as it came."""
        return [body for name, body in list(self.received) if name == event]

    def _read(self) -> None:
        while True:
            try:
                frame = self._socket.recv()
            except (websocket.WebSocketException, OSError):
                return
            if not frame:
                return
            if frame == PING:
                self._socket.send(PONG)
            elif frame.startswith(EVENT):
                name, body = json.loads(frame[len(EVENT) :])
                self.received.append((name, body))
            elif frame.startswith(ACK):
                start = frame.index("[")
                [self._answers[int(frame[len(ACK) : start])]] = json.loads(frame[start:])
