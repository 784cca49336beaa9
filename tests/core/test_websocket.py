"""WebSocket frames, however they are cut into pieces on their way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.core.live.ws_frames import (
    MAX_MESSAGE,
    PING,
    TEXT,
    FrameReader,
    ProtocolError,
    frame,
    framed,
    handshake,
)


def masked(body: bytes, *, first: int = 0x81, mask: bytes = b"\x0f\xf0\x55\xaa") -> bytes:
    """A client's frame."""
    size = len(body)
    if size < 126:
        head = bytes((first, 0x80 | size))
    elif size < 65_536:
        head = bytes((first, 0xFE)) + size.to_bytes(2, "big")
    else:
        head = bytes((first, 0xFF)) + size.to_bytes(8, "big")
    return head + mask + bytes(byte ^ mask[place % 4] for place, byte in enumerate(body))


@given(st.lists(st.binary(max_size=300), max_size=6), st.integers(1, 40))
def test_messages_are_whole_wherever_the_stream_is_cut(bodies: list[bytes], step: int) -> None:
    stream = b"".join(masked(body) for body in bodies)
    reader = FrameReader()
    seen = [found for start in range(0, len(stream), step) for found in reader.read(stream[start : start + step])]
    assert seen == [(TEXT, body) for body in bodies]


def test_parts_make_one_message_and_a_ping_may_stand_between() -> None:
    stream = (
        masked(b"one ", first=0x01) + masked(b"?", first=0x89) + masked(b"two ", first=0) + masked(b"three", first=0x80)
    )
    assert list(FrameReader().read(stream)) == [(PING, b"?"), (TEXT, b"one two three")]


def test_the_largest_message_passes_and_one_byte_more_is_refused() -> None:
    [(kind, body)] = FrameReader().read(masked(b"x" * MAX_MESSAGE))
    assert (kind, len(body)) == (TEXT, MAX_MESSAGE)
    with pytest.raises(ProtocolError):
        list(FrameReader().read(masked(b"x" * (MAX_MESSAGE + 1))[:14]))


@pytest.mark.parametrize(
    "stream", [b"\x81\x01x", b"\xc1\x80\0\0\0\0", b"\x80\x80\0\0\0\0", b"\x82\x80\0\0\0\0", b"\x09\x80\0\0\0\0"]
)
def test_frames_that_the_protocol_forbids_are_refused(stream: bytes) -> None:
    with pytest.raises(ProtocolError):
        list(FrameReader().read(stream))


@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536])
def test_our_own_frames_announce_their_length(size: int) -> None:
    sent = framed(b"x" * size, TEXT)
    assert len(sent) == size + (2 if size < 126 else 4 if size < 65_536 else 10)
    assert frame("x" * size) == sent


def test_the_handshake_is_the_one_of_the_standard() -> None:
    assert b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in handshake("dGhlIHNhbXBsZSBub25jZQ==")
