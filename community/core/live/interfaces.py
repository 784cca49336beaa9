"""What the tail reads from: how far a room was shown, what follows, and who must not see it any more."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from community.core.live.socket_server import Connection


class Held(bytes):
    """A frame that must not tell when it came: sent with the next frame its member is shown, or with the next sweep."""


Frame = tuple[bytes, Mapping[UUID, bytes] | None]


@dataclass(slots=True)
class Cursor:
    """How far a room has been shown here, and whether somebody reads on from there just now."""

    seq: int
    rev: int
    audience_version: int
    is_read: bool = False


@dataclass(frozen=True)
class Delta:
    """What follows a place in a room's log: frames, and for some members others; `audience` if it may be another."""

    seq: int
    rev: int
    more: bool
    audience_version: int
    frames: Sequence[Frame]
    audience: frozenset[UUID] | None


class Source(Protocol):
    """What the tail needs of the rooms and of what members are told."""

    def push(self, room_id: UUID, place: Cursor) -> Delta | None:
        """What follows a place."""

    def heads(self, room_ids: Collection[UUID]) -> dict[UUID, Cursor]:
        """How far the logs go."""

    def news(self, member_ids: Collection[UUID]) -> list[tuple[UUID, str, dict[str, Any]]]:
        """(member, event, payload) of what they have not been sent yet."""

    def revoked(self, connections: Collection[Connection]) -> tuple[list[Connection], list[tuple[Connection, UUID]]]:
        """Whose sessions have ended, and which open rooms are not to be seen any more."""
