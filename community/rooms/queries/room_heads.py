"""Heads of rooms: what the feature that owns a kind of room shows above its messages.

A feature registers a reader for the kinds it owns. The template `rooms/room.html` includes the head's own template.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from community.core.kind_registries import KindRegistry
from community.core.unit_of_work import ReadContext


@dataclass(frozen=True)
class RoomHead:
    """The template of a head, and the view that it shows as `shown`."""

    template: str
    shown: Any


class RoomHeads(KindRegistry[Callable[[ReadContext, UUID], RoomHead | None]]):
    """Readers of heads by room kind. A reader is asked only for rooms that the actor sees."""

    def of(self, ctx: ReadContext, *, kind: str, room_id: UUID) -> RoomHead | None:
        """Return the head of a room. None for kinds without one."""
        reader = self._by_kind.get(kind)
        return reader(ctx, room_id) if reader else None


room_heads = RoomHeads()
