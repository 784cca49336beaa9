"""Raw WebSocket client: sends any bytes, and reads or ignores the answers."""

import json
import socket
import time
from typing import Any


class RawWebSocket:
    """A plain socket after the handshake, signed in when it has a token."""

    def __init__(
        self, port: int, token: str | None = None, *, receive_buffer: int | None = None, **headers: str
    ) -> None:
        self.sock = socket.socket()
        if receive_buffer is not None:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.sock.settimeout(15)
        self.sock.connect(("127.0.0.1", port))
        more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        self.sock.sendall(
            (
                "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
                "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                f"{more}\r\n"
            ).encode()
        )
        self.seen = b""
        self.until(b'"maxPayload"')
        if token is not None:
            self.say(f'40{{"token":"{token}"}}')
            self.until(b'40{"sid"')

    def say(self, text: str) -> None:
        """A text frame."""
        self.frame(text.encode())

    def ask(self, event: str, body: Any, number: int = 1) -> None:
        """An event that wants to be acknowledged."""
        self.say(f"42{number}{json.dumps([event, body])}")

    def frame(self, body: bytes, *, first: int = 0x81, masked: bool = True, length: int | None = None) -> None:
        """A frame of any kind, also a wrong one."""
        size = len(body) if length is None else length
        bit = 0x80 if masked else 0
        if size < 126:
            head = bytes((first, bit | size))
        elif size < 65_536:
            head = bytes((first, bit | 126)) + size.to_bytes(2, "big")
        else:
            head = bytes((first, bit | 127)) + size.to_bytes(8, "big")
        self.sock.sendall(head + (b"\0\0\0\0" if masked else b"") + body)

    def until(self, mark: bytes) -> bytes:
        """Read until this has come; everything that was read since the last time."""
        while mark not in self.seen:
            data = self.sock.recv(65_536)
            assert data, f"hung up before {mark!r}: {self.seen[-300:]!r}"
            self.seen += data
            assert not self.seen.startswith(b"HTTP/1.1 4"), self.seen[:300]
        seen, self.seen = self.seen, b""
        return seen

    def is_cut_within(self, seconds: float) -> bool:
        """Return whether the server closes the connection in time. What it sends before is dropped."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.sock.settimeout(max(0.01, end - time.monotonic()))
            try:
                if not self.sock.recv(65_536):
                    return True
            except TimeoutError:
                return False
            except OSError:
                return True
        return False

    def go(self) -> None:
        """Close the connection."""
        self.sock.close()
