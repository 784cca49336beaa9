"""WebSocket frames (RFC 6455) of a server without extensions: bytes in, messages out, no sockets.

A message that is too large is refused by its announced length, before it is in memory. Compression is not offered: it
costs time per recipient and message, and the frames of a room are one set of bytes for all.
"""

import base64
import hashlib
from collections.abc import Iterator

MAX_MESSAGE = 64 * 1024
MAX_PARTS = 64
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
NORMAL_CLOSURE = b"\x03\xe8"  # 1000, "normal closure"
GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class ProtocolError(Exception):
    """A violation of the protocol."""


def handshake(key: str) -> bytes:
    """Return the response that turns a request with this key into a WebSocket."""
    accept = base64.b64encode(hashlib.sha1(key.encode() + GUID, usedforsecurity=False).digest())
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
    )


def frame(text: str) -> bytes:
    """Return a text message as a frame that can be sent to any client."""
    return framed(text.encode(errors="replace"), TEXT)


def framed(body: bytes, kind: int) -> bytes:
    """Return a message of any kind as one frame."""
    size = len(body)
    if size < 126:
        return bytes((0x80 | kind, size)) + body
    if size < 65_536:
        return bytes((0x80 | kind, 126)) + size.to_bytes(2, "big") + body
    return bytes((0x80 | kind, 127)) + size.to_bytes(8, "big") + body


class FrameReader:
    """Reader that keeps incomplete input: the rest of a frame, the parts of a message."""

    __slots__ = ("_parts", "_rest")

    def __init__(self) -> None:
        self._rest = b""
        self._parts: list[bytes] | None = None

    def read(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        """Yield the messages that are complete now, as (kind, body). Raises ProtocolError."""
        if self._rest:
            data = self._rest + data
        start, end = 0, len(data)
        while end - start >= 2:
            first, size, head = data[start], data[start + 1] & 0x7F, start + 2
            if first & 0x70 or not data[start + 1] & 0x80:
                raise ProtocolError("an extension, or not masked")
            if end - start < 6:
                break
            if size > 125:
                width = 2 if size == 126 else 8
                if end < head + width:
                    break
                size, head = int.from_bytes(data[head : head + width], "big"), head + width
            if size > MAX_MESSAGE:
                raise ProtocolError("too large")
            begin = head + 4
            if end < begin + size:
                break
            body = _unmasked(data[head:begin], data[begin : begin + size])
            start = begin + size
            yield from self._whole(first & 0x0F, bool(first & 0x80), body)
        self._rest = data[start:]

    def _whole(self, kind: int, is_last: bool, body: bytes) -> Iterator[tuple[int, bytes]]:
        if kind in (CLOSE, PING, PONG):
            if not is_last or len(body) > 125:
                raise ProtocolError("a long control frame")
            yield kind, body
            return
        if kind > TEXT or (kind == TEXT) is (self._parts is not None):
            raise ProtocolError("only text, and what continues it")
        if kind == TEXT and is_last:
            yield TEXT, body
            return
        self._parts = parts = [*(self._parts or ()), body]
        if sum(map(len, parts)) > MAX_MESSAGE or len(parts) > MAX_PARTS:
            raise ProtocolError("too large")
        if is_last:
            self._parts = None
            yield TEXT, b"".join(parts)


def _unmasked(mask: bytes, body: bytes) -> bytes:
    size = len(body)
    key = int.from_bytes((mask * (size // 4 + 1))[:size], "little")
    return (int.from_bytes(body, "little") ^ key).to_bytes(size, "little")
