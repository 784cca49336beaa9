"""Interface between the room feed and the rooms: how far a room was sent, what follows, and who may not see it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from community.core.live.socket_server import Connection


class Held(bytes):
    """A frame whose time must stay secret: sent with the next frame that its member gets, or with the next sweep."""


Frame = tuple[bytes, Mapping[UUID, bytes] | None]


@dataclass(slots=True)
class Cursor:
    """A position in a room's log up to which it was sent here, and whether its rows are being read now."""

    seq: int
    rev: int
    audience_version: int
    is_reading: bool = False


@dataclass(frozen=True)
class Delta:
    """The part of a room's log after a cursor: frames, and other ones for some members; `audience` if it may differ."""

    seq: int
    rev: int
    more: bool
    audience_version: int
    frames: Sequence[Frame]
    audience: frozenset[UUID] | None


class Source(Protocol):
    """Reads of the rooms, and of members' news, that the room feed needs."""

    def push(self, room_id: UUID, place: Cursor) -> Delta | None:
        """Return what follows a cursor."""

    def heads(self, room_ids: Collection[UUID]) -> dict[UUID, Cursor]:
        """Return how far the logs go."""

    def news(self, member_ids: Collection[UUID]) -> list[tuple[UUID, str, dict[str, Any]]]:
        """Return (member, event, payload) of what members have not been sent yet."""

    def revoked(self, connections: Collection[Connection]) -> tuple[list[Connection], list[tuple[Connection, UUID]]]:
        """Return the connections whose sessions have ended, and open rooms that their connection may no longer see."""
